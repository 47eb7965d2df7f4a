"""Plays a node of a recorded deployment with Neutron's own Open vSwitch agent on a real switch, and records what the switch then says.

switch.py STATE NODE -o DIR [--firewall openvswitch] [--l2pop]    STATE: a folder of ../shared/cases/neutron-node (nodes beside api).
Run it as `unshare -n`: it makes devices, and starts ovsdb-server and ovs-vswitchd of its own. Needs python3-neutron and openvswitch-switch.
"""
import argparse
import fcntl
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument('state', type=pathlib.Path)
parser.add_argument('node')
parser.add_argument('-o', '--output', required=True, type=pathlib.Path)
parser.add_argument('--firewall', default='openvswitch')
parser.add_argument('--l2pop', action='store_true')
ARGS = parser.parse_args()
WORK = ARGS.output / 'run'
sys.argv = ['neutron-openvswitch-agent']
HYBRID = ARGS.firewall == 'iptables_hybrid'


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rows(table):
    read = json.loads((ARGS.state / ARGS.node / ('ovs-vsctl-list-%s.json' % table)).read_text())
    return [dict(zip(read['headings'], row)) for row in read['data']]


def items(value):
    return dict(value[1])


def api(name):
    read = json.loads((ARGS.state / 'api' / (name + '.json')).read_text())
    return next(iter(read.values())) if isinstance(read, dict) else read


PORTS = {p['id']: p for p in api('ports')}
NETWORKS = {n['id']: n for n in api('networks')}
LOCAL = {'cmp1': '10.30.0.11', 'cmp2': '10.30.0.12', 'ctl': '10.30.0.10'}
MAPPINGS = 'physnet1:br-prov,public:br-ex' if ARGS.node == 'ctl' else 'physnet1:br-prov'
TAPS = []


def start_switch():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    for name in ('OVS_RUNDIR', 'OVS_DBDIR', 'OVS_LOGDIR', 'OVS_SYSCONFDIR'):
        os.environ[name] = str(WORK)
    run('ip', 'link', 'set', 'lo', 'up')
    database = str(WORK / 'conf.db')
    run('ovsdb-tool', 'create', database, '/usr/share/openvswitch/vswitch.ovsschema')
    run('ovsdb-server', database, '--remote=punix:%s/db.sock' % WORK, '--remote=ptcp:6640:127.0.0.1', '--pidfile', '--detach', '--log-file')
    run('ovs-vsctl', '--no-wait', 'init')
    run('ovs-vswitchd', 'unix:%s/db.sock' % WORK, '--pidfile', '--detach', '--log-file')


def name_on_switch(row):
    """Without hybrid plugging the tap itself is on br-int."""
    name = row['name']
    return 'tap' + name[3:] if name.startswith('qvo') and not HYBRID else name


def tap(name, mtu, mac):
    handle = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, 0x400454ca, struct.pack('16sH22x', name.encode(), 0x1002))
    TAPS.append(handle)
    if mac:
        run('ip', 'link', 'set', name, 'address', 'fe' + mac[2:])
    run('ip', 'link', 'set', name, 'mtu', str(mtu), 'up')


def build():
    """The bridges and ports that are there before the agent; it makes br-tun and the patches itself."""
    interfaces = {r['_uuid'][1]: r for r in rows('Interface')}
    ports = {r['_uuid'][1]: r for r in rows('Port')}
    for bridge in rows('Bridge'):
        if bridge['name'] == 'br-tun':
            continue
        run('ovs-vsctl', 'add-br', bridge['name'], '--', 'set', 'bridge', bridge['name'], 'datapath_type=netdev')
        ids = bridge['ports'][1] if bridge['ports'][0] == 'set' else [bridge['ports']]
        own = [interfaces[ports[i[1]]['interfaces'][1]] for i in ids]
        for row in sorted(own, key=lambda r: r['ofport']):
            if row['type'] in ('patch', 'vxlan', 'gre', 'geneve') or row['name'] == bridge['name']:
                continue
            name = name_on_switch(row)
            ids = items(row['external_ids'])
            command = ['ovs-vsctl', 'add-port', bridge['name'], name, '--', 'set', 'interface', name, 'ofport_request=%d' % row['ofport']]
            command += ['external_ids:%s="%s"' % (k, v) for k, v in ids.items()]
            if row['type'] == 'internal':
                command.append('type=internal')
            else:
                tap(name, row['mtu'], ids.get('attached-mac'))
            run(*command)
    if 'br-phy' in (b['name'] for b in rows('Bridge')):
        run('ip', 'address', 'add', LOCAL[ARGS.node] + '/24', 'dev', 'br-phy')
        run('ip', 'link', 'set', 'br-phy', 'up')


start_switch()
build()

import eventlet  # noqa: E402
eventlet.monkey_patch()
from neutron.common import eventlet_utils  # noqa: E402,F401
from unittest import mock  # noqa: E402
from neutron_lib import constants  # noqa: E402
from oslo_config import cfg  # noqa: E402
from oslo_log import log  # noqa: E402
from neutron.agent.common import utils as common_utils  # noqa: E402
from neutron.agent.linux import utils as linux_utils  # noqa: E402
from neutron.common import config as common_config  # noqa: E402
from neutron.db import securitygroups_rpc_base  # noqa: E402
from neutron.plugins.ml2.drivers.openvswitch.agent import main as agent_main  # noqa: E402,F401
from neutron.plugins.ml2.drivers.openvswitch.agent import ovs_neutron_agent as ovs_agent  # noqa: E402
from neutron.plugins.ml2.drivers.openvswitch.agent.openflow.native import main as of_main  # noqa: E402
from neutron.conf.agent import common as agent_conf  # noqa: E402
from neutron_lib import context as nctx  # noqa: E402
from neutron.plugins.ml2.drivers.l2pop.rpc import PortInfo  # noqa: E402


FIELDS = ('direction', 'ethertype', 'protocol', 'port_range_min', 'port_range_max', 'remote_ip_prefix', 'remote_group_id',
          'remote_address_group_id', 'normalized_cidr', 'id', 'security_group_id', 'tenant_id')


class Groups(securitygroups_rpc_base.SecurityGroupInfoAPIMixin):
    """What the server tells of security groups, by its own code over the recorded API."""
    client = mock.Mock()

    def register_legacy_sg_notification_callbacks(self, agent):
        pass

    def security_group_info_for_devices(self, context, devices):
        ports = {}
        for i in devices:
            p = PORTS.get(i)
            if p and not p['device_owner'].startswith('network:'):
                ports[i] = dict(p, device=i, fixed_ips=[f['ip_address'] for f in p['fixed_ips']], security_group_rules=[],
                                security_group_source_groups=[], security_group_remote_address_groups=[])
        return self.security_group_info_for_ports(context, ports)

    def get_secgroup_ids_for_address_group(self, group):
        return set()

    def _select_rules_for_ports(self, context, ports):
        rules = {g['id']: [{f: r.get(f) for f in FIELDS} for r in g['security_group_rules']] for g in api('security-groups')}
        return [(p, r) for p in ports for g in PORTS[p]['security_groups'] for r in rules[g]]

    def _select_sg_ids_for_ports(self, context, ports):
        return [(g,) for g in {g for p in ports for g in PORTS[p]['security_groups']}]

    def _select_ips_for_remote_group(self, context, groups):
        members = {g: set() for g in groups}
        for p in PORTS.values():
            for g in set(p['security_groups']) & set(groups):
                for fixed in p['fixed_ips']:
                    members[g].add((fixed['ip_address'], p['mac_address']))
                for pair in p['allowed_address_pairs']:
                    members[g].add((pair['ip_address'], pair['mac_address']))
        return members

    def _select_ips_for_remote_address_group(self, context, groups):
        return {}

    def _is_security_group_stateful(self, context, group):
        return True


class Plugin:
    """The server's answers about ports and tunnels."""
    client = mock.Mock()
    remote_resource_cache = mock.Mock()

    def stop(self):
        pass

    def get_device(self, device):
        p = PORTS.get(device)
        if not p or p['binding:host_id'] != ARGS.node:
            return {'device': device}
        n = NETWORKS[p['network_id']]
        return {'device': device, 'device_id': p['device_id'], 'network_id': n['id'], 'port_id': device, 'mac_address': p['mac_address'],
                'admin_state_up': p['admin_state_up'], 'status': p['status'], 'network_type': n['provider:network_type'],
                'segmentation_id': n['provider:segmentation_id'], 'physical_network': n['provider:physical_network'],
                'fixed_ips': p['fixed_ips'], 'device_owner': p['device_owner'], 'allowed_address_pairs': p['allowed_address_pairs'],
                'port_security_enabled': p['port_security_enabled'], 'qos_policy_id': None, 'network_qos_policy_id': None, 'profile': {},
                'vif_type': 'ovs', 'vnic_type': 'normal', 'security_groups': p['security_groups'], 'migrating_to': None}

    def get_devices_details_list_and_failed_devices(self, context, devices, *rest):
        return {'devices': [self.get_device(d) for d in devices], 'failed_devices': []}

    def update_device_list(self, context, up, down, *rest, **more):
        return {'devices_up': up, 'devices_down': down, 'failed_devices_up': [], 'failed_devices_down': []}

    def update_device_down(self, *rest, **more):
        return {}

    def get_network_details(self, *rest, **more):
        return {}

    def get_ports_by_vnic_type_and_host(self, *rest, **more):
        return []

    def tunnel_sync(self, context, tunnel_ip, tunnel_type=None, host=None):
        return {'tunnels': [] if ARGS.l2pop else [{'ip_address': i} for i in LOCAL.values() if i != tunnel_ip]}


def execute(command, process_input=None, check_exit_code=True, return_stderr=False, **options):
    """As the agent runs programs, but with our environment, which says where the switch is."""
    done = subprocess.run([str(c) for c in command], input=process_input, capture_output=True, text=True)
    if done.returncode and check_exit_code:
        raise RuntimeError('%s: %s' % (command, done.stderr))
    return (done.stdout, done.stderr) if return_stderr else done.stdout


def setup_rpc(self):
    self.plugin_rpc, self.sg_plugin_rpc, self.connection = Plugin(), Groups(), mock.Mock()
    self.dvr_plugin_rpc, self.state_rpc = mock.Mock(), mock.Mock()
    self.context = nctx.get_admin_context_without_session()


def forwarding(agent):
    """What l2pop's mechanism driver tells a node that has ports of a network: all that is elsewhere in it."""
    here = {p['network_id'] for p in PORTS.values() if p['binding:host_id'] == ARGS.node and p['status'] == 'ACTIVE'}
    entries = {}
    for network in here:
        n = NETWORKS[network]
        if n['provider:network_type'] not in ('vxlan', 'gre', 'geneve'):
            continue
        remote = {}
        for p in PORTS.values():
            if p['network_id'] == network and p['status'] == 'ACTIVE' and p['binding:host_id'] not in ('', ARGS.node):
                ip = LOCAL[p['binding:host_id']]
                remote.setdefault(ip, [PortInfo(*constants.FLOODING_ENTRY)])
                remote[ip] += [PortInfo(p['mac_address'], f['ip_address']) for f in p['fixed_ips']]
        entries[network] = {'segment_id': n['provider:segmentation_id'], 'network_type': n['provider:network_type'], 'ports': remote}
    agent.fdb_add(agent.context, entries)


def capture():
    """The commands that the recording was made with."""
    out = ARGS.output / ARGS.node
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    bridges = run('ovs-vsctl', 'list-br').split()
    for table in ('Bridge', 'Interface', 'Port'):
        (out / ('ovs-vsctl-list-%s.json' % table)).write_text(run('ovs-vsctl', '--format=json', 'list', table))
    for b in bridges:
        (out / ('ovs-ofctl-dump-flows-%s.txt' % b)).write_text(run('ovs-ofctl', 'dump-flows', b))
        (out / ('ovs-ofctl-show-%s.txt' % b)).write_text(run('ovs-ofctl', 'show', b))
        (out / ('ovs-appctl-fdb-show-%s.txt' % b)).write_text(run('ovs-appctl', 'fdb/show', b))
    (out / 'ovsdb-client-dump.json').write_text(run('ovsdb-client', '--format=json', 'dump', 'unix:%s/db.sock' % WORK, 'Open_vSwitch'))
    # fields that the recorder's environment lends: nothing of this machine
    for path in out.iterdir():
        text = path.read_text().replace(str(WORK), '/var/run/openvswitch')
        path.write_text(re.sub(r'hostname="?[^,"}\]]*', 'hostname="%s' % ARGS.node if 'hostname="' in text else 'hostname=' + ARGS.node, text))


def stop_switch():
    for name in ('ovs-vswitchd', 'ovsdb-server'):
        pid = WORK / (name + '.pid')
        if pid.exists():
            os.kill(int(pid.read_text()), 15)
    time.sleep(0.5)
    shutil.rmtree(WORK, ignore_errors=True)


ROUND = []


def after_round(self, start, stats):
    self.iter_num += 1
    ROUND.append(1)
    if len(ROUND) == 2 and ARGS.l2pop:
        forwarding(self)
    if len(ROUND) >= 4:
        while 'false' in run('ovs-vsctl', '--bare', '--columns=is_connected', 'list', 'Controller'):
            eventlet.sleep(0.2)
        try:
            capture()
        finally:
            stop_switch()
            os._exit(0)


def main():
    common_config.register_common_config_options()
    cfg.CONF.set_default('state_path', str(WORK))
    config = WORK / 'agent.conf'
    config.write_text('[DEFAULT]\ntransport_url = fake:/\nrpc_response_timeout = 1\n[oslo_concurrency]\nlock_path = %s\n' % WORK)
    common_config.init([], default_config_files=[str(config)])
    of_main.init_config()
    for option, value, group in (
            ('integration_bridge', 'br-int', 'OVS'), ('tunnel_bridge', 'br-tun', 'OVS'), ('local_ip', LOCAL[ARGS.node], 'OVS'),
            ('bridge_mappings', MAPPINGS.split(','), 'OVS'), ('datapath_type', 'netdev', 'OVS'), ('tunnel_types', ['vxlan', 'gre'], 'AGENT'),
            ('ovsdb_connection', 'tcp:127.0.0.1:6640', 'OVS'), ('l2_population', ARGS.l2pop, 'AGENT'), ('arp_responder', ARGS.l2pop, 'AGENT'),
            ('firewall_driver', ARGS.firewall, 'SECURITYGROUP'), ('report_interval', 0, 'AGENT'), ('minimize_polling', False, 'AGENT'),
            ('host', ARGS.node, None)):
        cfg.CONF.set_override(option, value, *([group] if group else []))
    cfg.CONF.set_override('polling_interval', 1, 'AGENT')
    agent_conf.register_root_helper(cfg.CONF)
    cfg.CONF.set_override('root_helper', '', 'AGENT')
    linux_utils.execute = common_utils.execute = execute
    ovs_agent.OVSNeutronAgent.setup_rpc = setup_rpc
    ovs_agent.OVSNeutronAgent.loop_count_and_wait = after_round
    # daemon_loop without process monitors: every turn looks at all ports
    from neutron.agent.common import base_polling
    ovs_agent.OVSNeutronAgent.daemon_loop = lambda self: self.rpc_loop(base_polling.AlwaysPoll())
    ovs_agent.OVSNeutronAgent._check_and_handle_signal = lambda self: True
    log.setup(cfg.CONF, 'neutron')
    of_main.main()


try:
    main()
finally:
    stop_switch()
