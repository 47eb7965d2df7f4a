"""replay.py VARIANT DIR...: plays what `plumb compile` wrote through the real iptables (nft or legacy) and ipset, and says where the
tables or sets at the end are other than the files say. Run it in a network namespace of its own: unshare -n."""
import json
import pathlib
import re
import subprocess
import sys

BUILT_IN = ('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING')


def run(argv, text=None):
    done = subprocess.run(argv, input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError('%s: %s' % (' '.join(argv), done.stderr.strip()))
    return done.stdout


def chains(saved):
    """Rules by table and chain; what an empty table of the kernel's has beside is left out."""
    found, table = {}, None
    for line in saved.splitlines():
        if line.startswith('*'):
            table = line[1:]
        elif line.startswith(':'):
            name, policy = line[1:].split()[:2]
            found[table, name] = [policy]
        elif line.startswith('-A '):
            found[table, line.split()[1]].append(line.lower())
    return {k: v for k, v in found.items() if len(v) > 1 or k[1] not in BUILT_IN}


def members(saved):
    return sorted(re.sub(r'/(32|128)$', '', ' '.join(line.split()[:3])) for line in saved.splitlines() if line.startswith('add'))


def play(folder, variant):
    scenario = json.loads((folder.parent.parent / 'cases' / folder.name / 'scenario.json').read_text())
    tables = {'v4': 'iptables', 'v6': 'ip6tables'}
    for family, text in scenario.get('initial', {}).items():
        run(['%s-%s-restore' % (tables[family], variant)], text)
    for phase in json.loads((folder / 'commands.json').read_text())['phases']:
        for command in phase['commands']:
            argv = list(command['argv'])
            if 'stdin_file' in command:
                argv[0] = argv[0].replace('tables-', 'tables-%s-' % variant)
                run(argv, (folder / command['stdin_file']).read_text())
            elif argv[0] == 'ipset':
                run(argv, '\n'.join(command['stdin']) + '\n' if 'stdin' in command else None)
    for family, program in tables.items():
        real, ours = chains(run(['%s-%s-save' % (program, variant)])), chains((folder / ('iptables-save.' + family)).read_text())
        for chain in sorted(set(real) | set(ours)):
            if real.get(chain) != ours.get(chain):
                for pair in zip(real.get(chain, []), ours.get(chain, [])):
                    if pair[0] != pair[1]:
                        yield '%s %s:\n    real %s\n    ours %s' % (family, chain, *pair)
                        break
                else:
                    yield '%s %s: %d rules / %d' % (family, chain, len(real.get(chain, [])), len(ours.get(chain, [])))
    if members(run(['ipset', 'save'])) != members((folder / 'ipset-save').read_text()):
        yield 'sets'


def clean(variant):
    for program in ('iptables', 'ip6tables'):
        for table in run(['%s-%s-save' % (program, variant)]).splitlines():
            if table.startswith('*'):
                for verb in ('-F', '-X'):
                    run(['%s-%s' % (program, variant), '-t', table[1:], verb])
                if table == '*filter':
                    run(['%s-%s' % (program, variant), '-P', 'FORWARD', 'ACCEPT'])
    run(['ipset', 'destroy'])


def main():
    bad = 0
    for name in sys.argv[2:]:
        try:
            found = list(play(pathlib.Path(name), sys.argv[1]))
        except RuntimeError as error:
            found = [str(error)]
        bad += bool(found)
        if found:
            print('%s\n  %s' % (name, '\n  '.join(found)))
        clean(sys.argv[1])
    print('%d of %d cases differ' % (bad, len(sys.argv) - 2))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
