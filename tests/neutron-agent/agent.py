"""Plays a scenario (docs/compile.md) with Neutron's own agent code and records what the agent would run.

agent.py SCENARIO... -o DIR   writes DIR/NAME/expected for each. Needs Debian's python3-neutron; runs nothing on the machine.
"""
import argparse
import json
import os
import pathlib
import sys
import time
from unittest import mock

sys.argv, ARGV = ['neutron-openvswitch-agent'], sys.argv

from neutron_lib import constants  # noqa: E402
from oslo_config import cfg  # noqa: E402
from neutron.agent.linux import ip_conntrack, iptables_firewall, iptables_manager  # noqa: E402
from neutron.agent.linux import utils as linux_utils  # noqa: E402
from neutron.agent import securitygroups_rpc  # noqa: E402
from neutron.conf.agent import common as agent_config  # noqa: E402
from neutron.db import securitygroups_db, securitygroups_rpc_base  # noqa: E402
from neutron.extensions import securitygroup as extension  # noqa: E402
from oslo_concurrency import lockutils  # noqa: E402
from oslo_log import log  # noqa: E402

from kernel import Sets, Tables  # noqa: E402

agent_config.register_root_helper(cfg.CONF)
agent_config.register_agent_state_opts_helper(cfg.CONF)
lockutils.set_defaults('/tmp')
log.register_options(cfg.CONF)
FIELDS = ('protocol', 'port_range_min', 'port_range_max', 'remote_ip_prefix', 'remote_group_id', 'remote_address_group_id')


def check(rule):
    """What the API keeps of a rule; raises what the API answers."""
    kept = {'direction': rule.get('direction'), 'ethertype': rule.get('ethertype', 'IPv4'), 'tenant_id': 't', 'project_id': 't',
            'security_group_id': 'g'}
    kept.update({f: rule.get(f) for f in FIELDS})
    if kept['direction'] not in ('ingress', 'egress'):
        raise ValueError('direction')
    kept['ethertype'] = extension.convert_ethertype_to_case_insensitive(kept['ethertype'])
    kept['protocol'] = extension.convert_protocol(kept['protocol'])
    for field in ('port_range_min', 'port_range_max'):
        kept[field] = extension.convert_validate_port_value(kept[field])
    kept['remote_ip_prefix'] = extension.convert_ip_prefix_to_cidr(kept['remote_ip_prefix'])
    database = securitygroups_db.SecurityGroupDbMixin
    self = mock.Mock(spec=database)
    for name in dir(database):
        if name.startswith(('_make_canonical', '_validate_', '_get_ip_proto', '_safe')):
            setattr(self, name, getattr(database, name).__get__(self))
    with mock.patch.object(securitygroups_db.ag_db.AddressGroupDbMixin, 'check_address_group'):
        database._validate_security_group_rule(self, None, {'security_group_rule': kept})
    kept['normalized_cidr'] = database._get_normalized_cidr_from_rule(kept)
    return kept


class Server(securitygroups_rpc_base.SecurityGroupInfoAPIMixin):
    """The server's answers, by Neutron's own code over the scenario's data instead of a database."""

    def __init__(self):
        self.ports, self.groups, self.stateful, self.members = {}, {}, {}, {}

    def security_group_info_for_devices(self, context, devices):
        ports = {}
        for device in self.ports:
            port = self.ports[device]
            if device in devices and not port.get('device_owner', '').startswith('network:'):
                ports[device] = dict(port, device=device, id=device, security_group_rules=[], security_group_source_groups=[],
                                     security_group_remote_address_groups=[])
        info = self.security_group_info_for_ports(context, ports)
        for group, families in info['sg_member_ips'].items():
            for family in families:
                families[family] = [m for m in self._members(group, family)]
        return info

    def get_secgroup_ids_for_address_group(self, group):
        return {g for g, rules in self.groups.items() if any(r['remote_address_group_id'] == group for r in rules)}

    def _members(self, group, family):
        return [tuple(m) if isinstance(m, list) else (m, None) for m in self.members.get(group, {}).get(family, [])]

    def _select_rules_for_ports(self, context, ports):
        return [(p, dict(r, security_group_id=g)) for p in ports for g in ports[p].get('security_groups', [])
                for r in self.groups.get(g, [])]

    def _select_sg_ids_for_ports(self, context, ports):
        return [(g,) for p in ports.values() for g in p.get('security_groups', [])]

    def _select_ips_for_remote_group(self, context, groups):
        return {}

    def _select_ips_for_remote_address_group(self, context, groups):
        return {}

    def _is_security_group_stateful(self, context, group):
        return self.stateful.get(group, True)


class Play:
    def __init__(self, scenario):
        self.scenario = scenario
        options = scenario.get('options', {})
        initial = scenario.get('initial', {})
        self.tables = {'ip': Tables(initial.get('v4')), 'ip6': Tables(initial.get('v6'))}
        self.sets, self.server, self.commands, self.rejected = Sets(), Server(), [], []
        self.ipv6 = options.get('ipv6', True)
        self.cpu = 0.0
        cfg.CONF.set_override('enable_ipset', options.get('enable_ipset', True), 'SECURITYGROUP')
        cfg.CONF.set_override('comment_iptables_rules', options.get('comment_iptables_rules', True), 'AGENT')
        cfg.CONF.set_override('firewall_driver', scenario.get('driver', 'iptables_hybrid'), 'SECURITYGROUP')
        name = options.get('binary', 'neutron-openvswitch-agent')[:16].replace(' ', '_')
        iptables_manager.binary_name = name
        for function in (iptables_manager.IptablesRule.__init__, iptables_manager.IptablesTable.__init__,
                         iptables_manager.IptablesManager.__init__):
            function.__defaults__ = tuple(name if isinstance(d, str) and d not in ('',) else d for d in function.__defaults__)

    def execute(self, cmd, process_input=None, **kwargs):
        cmd = [str(c) for c in cmd]
        program = cmd[0]
        if program in ('iptables-save', 'ip6tables-save'):
            text = self.tables[program[:-len('tables-save')]].save()
            if '-t' in cmd:
                wanted = Tables(text)
                wanted.tables = {k: v for k, v in wanted.tables.items() if k == cmd[-1]}
                text = wanted.save()
            return text
        entry = {'argv': cmd}
        if program in ('iptables-restore', 'ip6tables-restore'):
            entry['text'] = process_input
            self.tables[program[:-len('tables-restore')]].restore(process_input)
        elif program == 'ipset':
            if process_input is not None:
                entry['stdin'] = process_input.split('\n')
            self.sets.run(cmd, entry.get('stdin'))
        elif program != 'conntrack':
            return ''
        self.commands.append(entry)
        return ''

    def start(self):
        ip_conntrack.CONTRACK_MGRS.clear()
        self.agent = securitygroups_rpc.SecurityGroupAgentRpc(None, self.server, defer_refresh_firewall=True)

    def devices(self, wanted):
        return [d for d in self.server.ports if d in wanted] + [d for d in wanted if d not in self.server.ports]

    def set_group(self, group, value):
        kept = []
        for rule in value.get('rules', []):
            try:
                kept.append(check(rule))
            except Exception as refusal:
                self.rejected.append({'security_group': group, 'rule': rule, 'reason': str(refusal)})
        self.server.groups[group] = kept
        if 'stateful' in value:
            self.server.stateful[group] = value['stateful']

    def step(self, step):
        op, agent = step['op'], self.agent
        if op == 'set_rules':
            self.set_group(step['security_group'], step)
            agent.security_groups_rule_updated([step['security_group']])
            agent.setup_port_filters(set(), set())
        elif op == 'set_members':
            group = step['group']
            self.server.members[group] = step['members']
            if self.server.get_secgroup_ids_for_address_group(group):
                agent.address_group_updated(group)
            else:
                agent.security_groups_member_updated([group])
            agent.setup_port_filters(set(), set())
        elif op in ('add_port', 'update_port'):
            device = step['port']['device']
            before = self.server.ports.get(device, {}) if op == 'update_port' else {}
            self.server.ports[device] = {**before, **self.port(step['port'], before.get('mac_address'))}
            new, updated = ({device}, set()) if op == 'add_port' else (set(), {device})
            agent.setup_port_filters(new, updated)
        elif op == 'remove_port':
            self.server.ports.pop(step['device'], None)
            agent.remove_devices_filter([step['device']])
        elif op == 'restart_agent':
            self.start()
            agent = self.agent
            agent.prepare_devices_filter(list(self.server.ports))

    @staticmethod
    def port(port, mac=None):
        pairs = [dict(p, mac_address=p.get('mac_address', port.get('mac_address', mac))) for p in port.get('allowed_address_pairs', [])]
        return dict(port, **({'allowed_address_pairs': pairs} if 'allowed_address_pairs' in port else {}))

    def phase(self, name, act):
        self.commands = []
        started = time.process_time()
        act()
        while not self.agent.firewall.ipconntrack._queue.empty():
            self.agent.firewall.ipconntrack._process_queue()
        self.cpu = time.process_time() - started
        return {'phase': name, 'commands': self.commands}

    def run(self):
        with mock.patch.object(linux_utils, 'execute', self.execute), \
                mock.patch.object(ip_conntrack.IpConntrackManager, '_start_process_queue'), \
                mock.patch.object(iptables_firewall.netutils, 'is_ipv6_enabled', lambda: self.ipv6):
            for group, value in self.scenario.get('security_groups', {}).items():
                self.set_group(group, value)
            self.server.members = dict(self.scenario.get('sg_members', {}))
            self.server.ports = {p['device']: self.port(p) for p in self.scenario.get('ports', [])}
            self.start()
            phases = [self.phase('initial', lambda: self.agent.prepare_devices_filter(list(self.server.ports)))]
            for step in self.scenario.get('steps', []):
                phases.append(self.phase(step['op'], lambda: self.step(step)))
            final = (self.tables['ip'].save(), self.tables['ip6'].save(), self.sets.save())
            again = self.phase('again', lambda: self.agent.refresh_firewall())
        return phases, final, not again['commands'], self.rejected


def write(folder, phases, final, converged, rejected):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, phase in enumerate(phases):
        for command in phase['commands']:
            if 'text' in command:
                command['stdin_file'] = '%02d-restore.%s' % (number, 'v6' if command['argv'][0].startswith('ip6') else 'v4')
                (folder / command['stdin_file']).write_text(command.pop('text'))
    for name, text in zip(('iptables-save.v4', 'iptables-save.v6', 'ipset-save'), final):
        (folder / name).write_text(text)
    (folder / 'commands.json').write_text(json.dumps(
        {'converged': converged, 'rejected_rules': rejected, 'phases': phases}, indent=1) + '\n')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('scenario', nargs='+', type=pathlib.Path)
    parser.add_argument('-o', '--output', required=True, type=pathlib.Path)
    arguments = parser.parse_args(ARGV[1:])
    for path in arguments.scenario:
        scenario = json.loads(path.read_text())
        write(arguments.output / (path.parent.name if path.name == 'scenario.json' else path.stem) / 'expected', *Play(scenario).run())


if __name__ == '__main__':
    main()
    os._exit(0)
