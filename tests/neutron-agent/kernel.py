"""A kernel of our imagination: iptables and ipset as far as Neutron's agent uses them, with iptables-save's spelling."""
import ipaddress
import re
import socket

BUILT_IN = {'raw': ['PREROUTING', 'OUTPUT'], 'nat': ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
            'mangle': ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'], 'filter': ['INPUT', 'FORWARD', 'OUTPUT']}


def network(text):
    """The prefix without host bits, spelled by inet_ntop as iptables does."""
    found = ipaddress.ip_network(text, strict=False)
    family = socket.AF_INET6 if found.version == 6 else socket.AF_INET
    return '%s/%d' % (socket.inet_ntop(family, found.network_address.packed), found.prefixlen)


def saved(rule):
    """The rule as iptables-save 1.8.9 prints it, but for the case of a MAC."""
    match = re.match(r'-([sd]) (\S+) (.*)', rule)
    if match:
        prefix = network(match[2])
        rule = match[3] if prefix.endswith('/0') else '-%s %s %s' % (match[1], prefix, match[3])
    rule = re.sub(r'(^| )-p (ip|hopopt) ', r'\1', rule)
    return re.sub(r'--icmp-type 255(/\d+)? ', '--icmp-type any ', rule)


class Tables:
    def __init__(self, text):
        self.tables = {}
        table = None
        for line in (text or '').splitlines():
            line = line.strip()
            if line.startswith('*'):
                table = self.tables.setdefault(line[1:], {})
            elif line.startswith(':'):
                name, policy = line[1:].split()[:2]
                table[name] = (policy, [])
            elif line.startswith('-A '):
                name, _, rule = line[3:].partition(' ')
                table[name][1].append(rule)

    def save(self, zero=True):
        out = []
        for name in sorted(self.tables, key=['raw', 'mangle', 'nat', 'filter'].index):
            table = self.tables[name]
            chains = [c for c in BUILT_IN[name] if c in table] + sorted(c for c in table if c not in BUILT_IN[name])
            out.append('*' + name)
            out += [':%s %s [0:0]' % (c, table[c][0]) for c in chains]
            out += [('-A %s %s' % (c, r)).strip() for c in chains for r in table[c][1]]
            out.append('COMMIT')
        return ''.join(line + '\n' for line in out)

    def restore(self, text):
        table = None
        for line in text.splitlines():
            if line.startswith('*'):
                name = line[1:]
                if name not in self.tables:
                    self.tables[name] = {c: ('ACCEPT', []) for c in BUILT_IN[name]}
                table = self.tables[name]
            elif line.startswith(':'):
                chain = line[1:].split()[0]
                if chain not in BUILT_IN[name]:
                    table[chain] = ('-', [])
            elif line.startswith('-I '):
                _, chain, number, rule = line.split(' ', 3)
                rules = table[chain][1]
                assert 1 <= int(number) <= len(rules) + 1, line
                rules.insert(int(number) - 1, saved(rule))
            elif line.startswith('-D '):
                _, chain, number = line.split(' ')
                del table[chain][1][int(number) - 1]
            elif line.startswith('-X '):
                chain = line[3:]
                assert not table[chain][1], line
                assert not any(r.endswith('-j ' + chain) for c in table.values() for r in c[1]), line
                del table[chain]
            else:
                assert not line or line.startswith('#') or line == 'COMMIT', line


class Sets:
    def __init__(self):
        self.sets = {}

    def run(self, argv, stdin):
        verb, args = argv[1], [a for a in argv[2:] if a != '-exist']
        if verb == 'restore':
            for line in stdin:
                self.run(['ipset'] + line.split(), None)
        elif verb == 'create':
            self.sets.setdefault(args[0], (' '.join(args[1:]), set()))
        elif verb == 'add':
            self.sets[args[0]][1].add(network(args[1]))
        elif verb == 'del':
            self.sets[args[0]][1].discard(network(args[1]))
        elif verb == 'swap':
            self.sets[args[0]], self.sets[args[1]] = self.sets[args[1]], self.sets[args[0]]
        elif verb == 'destroy':
            del self.sets[args[0]]

    def save(self):
        return ''.join('create %s %s\n' % (n, t) + ''.join('add %s %s\n' % (n, m) for m in sorted(members))
                       for n, (t, members) in sorted(self.sets.items()))
