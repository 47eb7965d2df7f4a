"""A state of a recorded deployment as it would be with another firewall driver or with L2 population.

state.py STATE PLAYED -o DIR [--firewall …] [--l2pop]    PLAYED: what switch.py wrote of all nodes.
Everything that the switch does not know (routers, DHCP, addresses, processes) is the recording's.
"""
import argparse
import json
import pathlib
import re
import shutil

LINK_TEXTS = ('ip-d-link.txt', 'ip-s-link.txt', 'ip-addr.txt', 'brctl-show.txt', 'brctl-showmacs.txt', 'bridge-d-link.txt', 'bridge-fdb.txt',
              'bridge-j-link.json')


def is_told_anew(name):
    return name.startswith('ovs')


def links(path, hybrid, gone):
    """Without hybrid plugging there is no bridge of the VM's own, and its tap is a port of Open vSwitch."""
    read = json.loads(path.read_text())
    kept = []
    for link in read:
        name = link['ifname']
        if not hybrid and name[:3] in ('qbr', 'qvb', 'qvo'):
            gone.add(name)
            continue
        if not hybrid and name.startswith('tap') and link.get('master', '').startswith('qbr'):
            link.pop('master')
            link.pop('linkinfo', {}).get('info_slave_kind')
            link['linkinfo'] = {'info_kind': 'tun', 'info_data': {'type': 'tap', 'pi': False, 'vnet_hdr': True, 'persist': False}}
        kept.append(link)
    path.write_text(json.dumps(kept, indent=1))


def without_agent(text):
    """The Open vSwitch agent with a driver of its own writes no chains."""
    kept = [line for line in text.split('\n') if 'neutron-openvswi' not in line and 'neutron-filter-top' not in line]
    return '\n'.join(kept)


def node(source, played, target, options):
    hybrid = options.firewall == 'iptables_hybrid'
    gone = set()
    for path in sorted(source.rglob('*')):
        relative = path.relative_to(source)
        if path.is_dir() or len(relative.parts) == 1 and is_told_anew(path.name) or path.name == 'MANIFEST.json':
            continue
        if len(relative.parts) == 1 and path.name in LINK_TEXTS and not hybrid:
            continue
        if len(relative.parts) == 1 and re.match(r'ip6?tables-|ipset-', path.name) and not hybrid and \
                path.name not in ('iptables-save-c.txt', 'ip6tables-save-c.txt'):
            continue
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target / relative)
    for path in played.iterdir():
        shutil.copy(path, target / path.name)
    links(target / 'ip-d-j-link.json', hybrid, gone)
    if not hybrid:
        addresses = json.loads((target / 'ip-j-addr.json').read_text())
        for link in addresses:
            if link.get('master') in gone:
                link.pop('master')
        (target / 'ip-j-addr.json').write_text(json.dumps([a for a in addresses if a.get('ifname') not in gone], indent=1))
        for name in ('ip-route.txt', 'ip-neigh.txt', 'sysctl-net.txt'):
            lines = (target / name).read_text().split('\n')
            (target / name).write_text('\n'.join(line for line in lines if not re.search('|'.join(gone) or '^$', line)))
        for name in ('iptables-save-c.txt', 'ip6tables-save-c.txt'):
            (target / name).write_text(without_agent((target / name).read_text()))
    ini = target / 'files/etc/neutron/plugins/ml2/openvswitch_agent.ini'
    text = re.sub(r'firewall_driver = .*', 'firewall_driver = ' + options.firewall, ini.read_text())
    if options.l2pop:
        text = text.replace('l2_population = False', 'l2_population = True').replace('arp_responder = False', 'arp_responder = True')
    ini.write_text(text)


def api(source, target, options):
    target.mkdir(parents=True)
    for path in source.iterdir():
        text = path.read_text()
        if path.name == 'ports.json' and options.firewall != 'iptables_hybrid':
            text = re.sub(r'"ovs_hybrid_plug": true', '"ovs_hybrid_plug": false', text)
        if path.name == 'agents.json' and options.l2pop:
            text = text.replace('"l2_population": false', '"l2_population": true')
            text = text.replace('"arp_responder_enabled": false', '"arp_responder_enabled": true')
        (target / path.name).write_text(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('state', type=pathlib.Path)
    parser.add_argument('played', type=pathlib.Path)
    parser.add_argument('-o', '--output', required=True, type=pathlib.Path)
    parser.add_argument('--firewall', default='openvswitch')
    parser.add_argument('--l2pop', action='store_true')
    options = parser.parse_args()
    shutil.rmtree(options.output, ignore_errors=True)
    for name in ('cmp1', 'cmp2', 'ctl'):
        node(options.state / name, options.played / name, options.output / name, options)
    api(options.state / 'api', options.output / 'api', options)
    for name in ('probe.json', 'rig-topology.json'):
        shutil.copy(options.state / name, options.output / name)


if __name__ == '__main__':
    main()
