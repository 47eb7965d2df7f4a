"""compare.py DIR OURS: every DIR/NAME/expected beside OURS/NAME, as the cases' README compares them; says what differs."""
import collections
import json
import pathlib
import sys

from kernel import Tables


def load(folder):
    return json.loads((folder / 'commands.json').read_text())


def states(folder, commands, scenario):
    """The tables after each phase, and which families were restored."""
    initial = scenario.get('initial', {})
    tables = {'v4': Tables(initial.get('v4')), 'v6': Tables(initial.get('v6'))}
    for phase in commands['phases']:
        touched = []
        for command in phase['commands']:
            if 'stdin_file' in command:
                family = command['stdin_file'][-2:]
                tables[family].restore((folder / command['stdin_file']).read_text())
                touched.append(family)
        yield touched, {f: tables[f].save() for f in tables}


def others(phase):
    return collections.Counter(json.dumps([c['argv'], c.get('stdin')]) for c in phase['commands'] if 'stdin_file' not in c)


def differences(case, ours):
    theirs, mine, scenario = load(case / 'expected'), load(ours), json.loads((case / 'scenario.json').read_text())
    left, right = (collections.Counter(json.dumps([r['security_group'], r['rule']], sort_keys=True) for r in c['rejected_rules'])
                   for c in (theirs, mine))
    if left != right:
        yield 'rejected:\n    only Neutron %s\n    only ours %s' % (list((left - right).elements()), list((right - left).elements()))
    if theirs['converged'] != mine['converged']:
        yield 'converged: %s / %s' % (theirs['converged'], mine['converged'])
    for number, (a, b) in enumerate(zip(states(case / 'expected', theirs, scenario), states(ours, mine, scenario))):
        name = 'phase %d %s' % (number, theirs['phases'][number]['phase'])
        if a[0] != b[0]:
            yield '%s: restored %s / %s' % (name, a[0], b[0])
        for family in a[1]:
            if a[1][family] != b[1][family]:
                left, right = a[1][family].splitlines(), b[1][family].splitlines()
                where = next((i for i, (x, y) in enumerate(zip(left, right)) if x != y), min(len(left), len(right)))
                yield '%s %s tables:\n    %s\n    %s' % (name, family, left[where:where + 2], right[where:where + 2])
    for number, (a, b) in enumerate(zip(theirs['phases'], mine['phases'])):
        left, right = others(a), others(b)
        if left != right:
            yield 'phase %d %s commands:\n    only Neutron %s\n    only ours %s' % (
                number, a['phase'], list((left - right).elements()), list((right - left).elements()))
    for name in ('iptables-save.v4', 'iptables-save.v6', 'ipset-save'):
        if (case / 'expected' / name).read_text() != (ours / name).read_text():
            yield name
    if not scenario.get('initial'):
        for family in ('v4', 'v6'):
            name = '00-restore.' + family
            if (case / 'expected' / name).exists() and (case / 'expected' / name).read_text() != (ours / name).read_text():
                yield name


def main():
    cases, bad = sorted(p for p in pathlib.Path(sys.argv[1]).iterdir() if (p / 'expected').exists()), 0
    for case in cases:
        found = list(differences(case, pathlib.Path(sys.argv[2]) / case.name))
        bad += bool(found)
        if found:
            print('%s\n  %s' % (case.name, '\n  '.join(found)))
    print('%d of %d cases differ' % (bad, len(cases)))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
