namespace Plumbline.Views.Svg;

/// <summary>
/// What a browser adds where the drawing is opened by itself: a search field, the whole of what was clicked as a card, and names as
/// fragments (<c>node.svg#web-1</c>). It reads the drawing's own ids, names and titles and reaches for nothing outside; where no script
/// runs (a picture in a page, a renderer), the drawing is the same without the field.
/// </summary>
internal static class SvgScript
{
    /// <summary>ECMAScript, without what XML would have escaped.</summary>
    public const string Text = """
        (function () {
        'use strict';
        var svg = document.documentElement, ns = 'http://www.w3.org/2000/svg', html = 'http://www.w3.org/1999/xhtml';
        if (svg.localName !== 'svg') { return; }
        var things = Array.from(svg.querySelectorAll('g[role="graphics-symbol"]'));
        var titles = things.map(function (g) { return g.firstElementChild.textContent; });
        var lower = null, hits = [], at = -1;
        function make(name, attributes, parent) {
            var made = document.createElementNS(ns, name);
            Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
            return parent.appendChild(made);
        }
        var card = make('g', { 'class': 'card' }, svg);
        var frame = make('foreignObject', { width: 300, height: 34 }, svg);
        var field = frame.appendChild(document.createElementNS(html, 'input'));
        field.setAttribute('placeholder', 'find: name, IP, MAC, port   ( / )');
        field.setAttribute('aria-label', 'find');
        field.setAttribute('class', 'find');
        var count = make('text', { 'class': 'found', 'font-size': 11, 'text-anchor': 'end' }, svg);
        function place() {
            var x = Math.min(window.scrollX + document.documentElement.clientWidth, svg.width.baseVal.value) - 312;
            var y = window.scrollY + 8;
            frame.setAttribute('x', Math.max(x, 0));
            frame.setAttribute('y', y);
            count.setAttribute('x', Math.max(x, 0) + 292);
            count.setAttribute('y', y + 19);
        }
        function target() {
            var name = '';
            try { name = decodeURIComponent(location.hash.slice(1)); } catch (e) { name = location.hash.slice(1); }
            return name;
        }
        function show(g) {
            card.replaceChildren();
            var index = things.indexOf(g);
            if (index === -1) { return; }
            var box = g.getBoundingClientRect(), matrix = svg.getScreenCTM().inverse();
            var x = box.left * matrix.a + matrix.e, y = box.bottom * matrix.d + matrix.f + 6;
            var ground = make('rect', { rx: 6 }, card), bottom = y + 14, widest = 0;
            titles[index].split('\n').forEach(function (line, i) {
                var text = make('text', { x: x + 10, y: y + 18 + i * 15, 'font-size': 11, 'font-weight': i ? 400 : 600 }, card);
                text.textContent = line;
                if (line.charAt(0) === '!') { text.setAttribute('class', 'bad-text'); }
                widest = Math.max(widest, text.getComputedTextLength());
                bottom = y + 28 + i * 15;
            });
            ground.setAttribute('x', x);
            ground.setAttribute('y', y);
            ground.setAttribute('width', widest + 20);
            ground.setAttribute('height', bottom - y);
            var left = Math.min(0, svg.width.baseVal.value - x - widest - 28);
            var up = bottom + 8 > svg.height.baseVal.value ? y - 18 - bottom - box.height * matrix.d : 0;
            card.setAttribute('transform', 'translate(' + Math.max(left, -x) + ' ' + Math.max(up, -y) + ')');
        }
        function go(g) {
            if (g.id) { location.hash = encodeURIComponent(g.id); } else { show(g); }
            g.scrollIntoView({ block: 'center', inline: 'center' });
        }
        function find(words) {
            hits.forEach(function (g) { g.classList.remove('hit'); });
            hits = [];
            at = -1;
            words = words.trim().toLowerCase();
            if (words) {
                lower = lower || titles.map(function (title) { return title.toLowerCase(); });
                hits = things.filter(function (g, i) { return lower[i].indexOf(words) !== -1; });
                var named = function (g) { return (g.getAttribute('data-name') || '').toLowerCase() === words ? 0 : 1; };
                hits.sort(function (one, other) { return named(one) - named(other); });
                hits.forEach(function (g) { g.classList.add('hit'); });
            }
            count.textContent = !words ? '' : hits.length ? hits.length + ' found' : 'not found';
        }
        function next(step) {
            if (hits.length) {
                at = (at + step + hits.length) % hits.length;
                count.textContent = (at + 1) + ' of ' + hits.length;
                go(hits[at]);
            }
        }
        function read() {
            var name = target(), g = name ? document.getElementById(name) : null;
            if (g || !name) { show(g); return; }
            field.value = name;
            find(name);
            next(1);
        }
        field.addEventListener('input', function () { find(field.value); });
        field.addEventListener('keydown', function (event) {
            if (event.key === 'Enter') { next(event.shiftKey ? -1 : 1); }
            if (event.key === 'Escape') { field.value = ''; find(''); field.blur(); }
            event.stopPropagation();
        });
        window.addEventListener('keydown', function (event) {
            if (event.key === '/') { event.preventDefault(); field.focus(); }
            if (event.key === 'Escape') { card.replaceChildren(); }
        });
        svg.addEventListener('click', function (event) {
            var g = event.target.closest('g[role="graphics-symbol"]');
            if (g || !frame.contains(event.target)) {
                var left = window.scrollX, top = window.scrollY;
                if (g && g.id) { location.hash = encodeURIComponent(g.id); } else if (location.hash) { location.hash = ''; }
                show(g);
                window.scrollTo(left, top);
            }
        });
        window.addEventListener('hashchange', read);
        window.addEventListener('scroll', place);
        window.addEventListener('resize', place);
        place();
        read();
        }());

        """;
}
