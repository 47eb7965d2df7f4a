#!/bin/bash
# Records what the commands of docs/sources.md print on a small node with one hybrid VIF: run as root, OUT is the folder to write to.
# Everything is made in namespaces of its own and removed at the end.
set -u
OUT=$1; mkdir -p "$OUT"
if [ "${2:-}" != inside ]; then
    exec unshare --net --mount --uts "$0" "$OUT" inside
fi
hostname cmp1
mount -t tmpfs none /run/netns 2>/dev/null || { mkdir -p /run/netns && mount -t tmpfs none /run/netns; }
W=$(mktemp -d); export OVS_RUNDIR=$W OVS_DBDIR=$W OVS_LOGDIR=$W OVS_SYSCONFDIR=$W
ovsdb-tool create $W/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server $W/conf.db --remote=punix:$W/db.sock --pidfile=$W/db.pid --detach --log-file=$W/db.log 2>/dev/null
ovs-vsctl --db=unix:$W/db.sock --no-wait init
ovs-vswitchd unix:$W/db.sock --pidfile=$W/vs.pid --detach --log-file=$W/vs.log 2>/dev/null
trap 'kill $(cat $W/vs.pid $W/db.pid) $KIDS; sleep 1; rm -rf $W' EXIT
KIDS=
V="ovs-vsctl --db=unix:$W/db.sock"
ip link set lo up
ip link add eth0 type veth peer name far0; ip addr add 10.30.0.11/24 dev eth0; ip link set eth0 up; ip link set far0 up
ip route add default via 10.30.0.1
$V set Open_vSwitch . external_ids:system-id=9d0ec85c-4cb9-4ee6-b31a-4b4b9a5b7c4d external_ids:hostname=cmp1
for b in br-int br-tun; do $V add-br $b -- set Bridge $b datapath_type=netdev fail_mode=secure protocols=[OpenFlow10,OpenFlow13,OpenFlow14,OpenFlow15]; done
$V set-controller br-int tcp:127.0.0.1:6633
$V add-port br-int patch-tun -- set Interface patch-tun type=patch options:peer=patch-int
$V add-port br-tun patch-int -- set Interface patch-int type=patch options:peer=patch-tun
$V add-port br-tun vxlan-0a1e000c -- set Interface vxlan-0a1e000c type=vxlan options:remote_ip=10.30.0.12 options:local_ip=10.30.0.11 options:in_key=flow options:out_key=flow options:df_default=true
P=14c032e9-bc; M=fa:16:3e:c3:ea:d5
ip tuntap add tap$P mode tap; ip link add qbr$P type bridge
ip link add qvb$P type veth peer name qvo$P
for l in tap$P qvb$P; do ip link set $l master qbr$P mtu 1450; done
ip link set qvo$P mtu 1450; for l in tap$P qvb$P qvo$P qbr$P; do ip link set $l up; done
$V add-port br-int qvo$P tag=1 -- set Interface qvo$P "external_ids:iface-id=14c032e9-bc00-4000-8000-000000000001" "external_ids:attached-mac=\"$M\"" external_ids:iface-status=active "external_ids:vm-uuid=7b7f9ef0-9e12-4a2c-8a3c-1a2b3c4d5e6f" -- set Port qvo$P other_config:net_uuid=c0ffee00-0000-4000-8000-000000000001 other_config:network_type=vxlan other_config:segmentation_id=1001 other_config:tag=1
# a DHCP port in a namespace of its own
D=qdhcp-c0ffee00-0000-4000-8000-000000000001
ip netns add $D; ip netns add qrouter-45b06e84-d906-4321-9221-2915856ca80e
$V add-port br-int tapd0d0d0d0-d0 tag=1 -- set Interface tapd0d0d0d0-d0 type=internal
ip link set tapd0d0d0d0-d0 netns $D
ip -n $D addr add 192.168.1.2/24 dev tapd0d0d0d0-d0; ip -n $D link set tapd0d0d0d0-d0 up; ip -n $D link set lo up
ip netns exec $D dnsmasq --no-daemon --no-hosts --no-resolv --interface=tapd0d0d0d0-d0 --bind-interfaces --dhcp-range=192.168.1.0,static --pid-file=$W/dnsmasq.pid >/dev/null 2>&1 & KIDS=$!
O="ovs-ofctl -O OpenFlow13"
m=$W/br-int.mgmt; t=$W/br-tun.mgmt
$O add-flow $m "table=0,priority=0,actions=resubmit(,60)"; $O add-flow $m "table=60,priority=3,actions=NORMAL"; $O add-flow $m "table=0,priority=10,icmp6,in_port=2,icmp_type=136,actions=resubmit(,24)"
$O add-flow $m "table=24,priority=0,actions=drop"; $O add-flow $m "table=0,priority=2,in_port=2,dl_src=00:00:00:00:00:01,actions=drop"
$O add-flow $t "table=0,priority=1,in_port=1,actions=resubmit(,2)"; $O add-flow $t "table=2,priority=0,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=resubmit(,22)"
$O add-flow $t "table=22,priority=1,dl_vlan=1,actions=strip_vlan,set_field:0x3e9->tun_id,output:2"; $O add-flow $t "table=4,priority=1,tun_id=0x3e9,actions=push_vlan:0x8100,set_field:4097->vlan_vid,resubmit(,10)"
$O add-flow $t "table=10,priority=1,actions=learn(table=20,hard_timeout=300,priority=1,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0->NXM_OF_VLAN_TCI[],load:NXM_NX_TUN_ID[]->NXM_NX_TUN_ID[],output:OXM_OF_IN_PORT[]),output:1"
$O add-group $m "group_id=1,type=all,bucket=output:1"
# rules
c=neutron-openvswi
iptables-restore <<R
*raw
:PREROUTING ACCEPT [0:0]
:$c-PREROUTING - [0:0]
-A PREROUTING -j $c-PREROUTING
-A $c-PREROUTING -m physdev --physdev-in qvb$P -m comment --comment "Set zone for $P" -j CT --zone 4097
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:$c-FORWARD - [0:0]
:$c-sg-chain - [0:0]
:$c-sg-fallback - [0:0]
:$c-i14c032e9-b - [0:0]
:$c-o14c032e9-b - [0:0]
-A FORWARD -j $c-FORWARD
-A $c-FORWARD -m physdev --physdev-out tap$P --physdev-is-bridged -m comment --comment "Direct traffic from the VM interface to the security group chain." -j $c-sg-chain
-A $c-FORWARD -m physdev --physdev-in tap$P --physdev-is-bridged -m comment --comment "Direct traffic from the VM interface to the security group chain." -j $c-sg-chain
-A $c-sg-chain -m physdev --physdev-out tap$P --physdev-is-bridged -m comment --comment "Jump to the VM specific chain." -j $c-i14c032e9-b
-A $c-sg-chain -m physdev --physdev-in tap$P --physdev-is-bridged -m comment --comment "Jump to the VM specific chain." -j $c-o14c032e9-b
-A $c-sg-chain -j ACCEPT
-A $c-sg-fallback -m comment --comment "Default drop rule for unmatched traffic." -j DROP
-A $c-i14c032e9-b -m state --state RELATED,ESTABLISHED -m comment --comment "Direct packets associated with a known session to the RETURN chain." -j RETURN
-A $c-i14c032e9-b -p tcp -m tcp --dport 22 -j RETURN
-A $c-i14c032e9-b -j $c-sg-fallback
-A $c-o14c032e9-b -s 192.168.1.12/32 -m mac --mac-source $M -j RETURN
-A $c-o14c032e9-b -j $c-sg-fallback
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE
COMMIT
R
ip6tables-restore <<R
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p ipv6-icmp -j ACCEPT
-A FORWARD -s fe80::/10 -j DROP
COMMIT
R
ipset create NIPv41234 hash:net family inet; ipset add NIPv41234 192.168.1.0/24; ipset add NIPv41234 10.1.0.5
conntrack -I -p tcp -s 192.168.1.12 -d 192.168.1.2 --sport 4000 --dport 53 --state ESTABLISHED -t 300 >/dev/null 2>&1
conntrack -I -p udp -s 192.168.1.12 -d 192.168.1.2 --sport 4000 --dport 53 -t 300 >/dev/null 2>&1
ip neigh add 10.30.0.12 lladdr fa:16:3e:00:00:12 dev eth0; ip -6 route add 2001:db8::/64 dev eth0; ip rule add from 10.9.0.0/16 lookup 100
ip rule add fwmark 0x1 lookup 101; ip link add name bv type bridge; ip link add bv0 type veth peer name bv1; ip link set bv0 master bv; bridge vlan add dev bv0 vid 10; bridge vlan add dev bv0 vid 20-22 pvid untagged
bridge fdb add fa:16:3e:aa:aa:aa dev qvb$P master static
sleep 2
n=0
r() { # NAME COMMAND...
    local name=$1; shift
    sh -c "$*" > "$OUT/$name.txt" 2>/dev/null
    case $name in conf-db*) ;; *) sed -i "s#$W/##g; s#$W##g" "$OUT/$name.txt" ;; esac
    printf '%s\t%s\n' "$name" "$*" | sed "s#--db=unix:$W/db.sock ##g; s#$W/##g; s#unix:db.sock ##" >> "$OUT/commands.tsv"
}
rm -f "$OUT/commands.tsv"
r ip-link ip link; r ip-d-link ip -d link; r ip-j-link ip -j link; r ip-d-j-link ip -d -j link; r ip-br-link ip -br link; r ip-s-link ip -s link; r ip-s-d-link ip -s -d link; r ip-o-link ip -o link
r ip-a ip a; r ip-addr-show ip addr show; r ip-d-addr ip -d addr; r ip-j-addr ip -j addr; r ip-br-addr ip -br addr; r ip-o-addr ip -o addr; r ip-4-o-addr ip -4 -o addr; r ip-6-addr ip -6 addr; r ip-s-addr ip -s addr; r ip-link-show-dev ip link show dev qvo$P; r ip-s-s-link ip -s -s link
r ip-r ip r; r ip-6-r ip -6 r; r ip-route-all ip route show table all; r ip-j-route ip -j route; r ip-d-route ip -d route; r ip-route-get ip route get 10.30.0.12; r route-n route -n; r route route; r route-6 route -n -A inet6; r netstat-rn netstat -rn; r ip-6-route-all ip -6 route show table all
r ip-rule ip rule; r ip-6-rule ip -6 rule; r ip-j-rule ip -j rule; r ip-neigh ip neigh; r ip-s-neigh ip -s neigh; r ip-j-neigh ip -j neigh; r arp-n arp -n; r arp-an arp -an; r arp arp; r ip-netns ip netns; r ip-netns-list ip netns list; r ip-netns-id ip netns list-id; r ls-netns ls /run/netns
r netns-ip-a ip netns exec $D ip a; r netns-ip-n ip -n $D addr; r netns-ss ip netns exec $D ss -ltnup; r netns-route ip netns exec $D ip r; r netns-ip-o ip netns exec $D ip -o addr; r netns-ifconfig ip netns exec $D ifconfig -a; r netns-all ip -all netns exec ip addr
r bridge-link bridge link; r bridge-d-link bridge -d link; r bridge-j-link bridge -j link; r bridge-s-link bridge -s link; r bridge-fdb bridge fdb; r bridge-fdb-show bridge fdb show; r bridge-s-fdb bridge -s fdb; r bridge-d-fdb bridge -d fdb; r bridge-j-fdb bridge -j fdb; r bridge-fdb-br bridge fdb show br qbr$P; r bridge-vlan bridge vlan; r bridge-vlan-show bridge vlan show; r bridge-d-vlan bridge -d vlan show; r bridge-j-vlan bridge -j vlan; r bridge-s-vlan bridge -s vlan; r bridge-c-vlan bridge -c vlan; r bridge-mdb bridge mdb
r brctl-show brctl show; r brctl-show-br brctl show qbr$P; r brctl-showmacs brctl showmacs qbr$P; r brctl-showstp brctl showstp qbr$P
r ifconfig-a ifconfig -a; r ifconfig ifconfig; r netstat-i netstat -i; r proc-net-dev cat /proc/net/dev; r ifconfig-s ifconfig -s
r iptables-S iptables -S; r iptables-vS iptables -v -S; r iptables-t-nat-S iptables -t nat -S; r iptables-t-raw-S iptables -t raw -S; r iptables-L iptables -L; r iptables-L-v-n-lines iptables -L -v -n --line-numbers; r iptables-L-n iptables -L -n; r iptables-nvL iptables -nvL; r iptables-L-v iptables -L -v; r iptables-vnxL iptables -vnxL; r iptables-t-nat iptables -t nat -L -n -v; r iptables-t-raw iptables -t raw -L -n -v; r iptables-L-chain iptables -L neutron-openvswi-i14c032e9-b -n -v
r iptables-save iptables-save; r iptables-save-c iptables-save -c; r ip6tables-save ip6tables-save; r ip6tables-L ip6tables -L -n -v; r ip6tables-S ip6tables -S; r nft-list-ruleset nft list ruleset; r nft-a-list nft -a list ruleset; r nft-j-list nft -j list ruleset
iptables-legacy-restore <<R
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp -m tcp --dport 99 -j DROP
COMMIT
R
r iptables-legacy-save iptables-legacy-save; r iptables-legacy-L iptables-legacy -L -n -v; r iptables-nft-save iptables-nft-save
r ipset-save ipset save; r ipset-list ipset list; r ipset-L ipset -L; r ipset-xml ipset list -o xml; r ipset-t ipset list -t; r ipset-n ipset list -n; r ipset-save-xml ipset save -o xml; r ipset-L-json ipset list -o json
r ovs-show $V show; r ovs-list-br $V list-br; r ovs-list-ports $V list-ports br-int; r ovs-list-ifaces $V list-ifaces br-int; r ovs-get-tag $V get Port qvo$P tag; r ovs-get-several $V get Interface qvo$P ofport external_ids mac_in_use; r ovs-get-one $V get Interface qvo$P external_ids; r ovs-get-key $V get Interface qvo$P external_ids:iface-id; r ovs-get-error $V get Interface vxlan-0a1e000c options error; r ovs-get-root $V get Open_vSwitch . external_ids ovs_version; r ovs-get-bridge $V get Bridge br-int datapath_type fail_mode
for T in Open_vSwitch Bridge Port Interface Controller; do r ovs-list-$T $V list $T; done
r ovs-list-one $V list Interface qvo$P; r ovs-find $V find Interface type=vxlan; r ovs-columns $V --columns=name,ofport,external_ids list Interface; r ovs-columns-find $V --columns=name,tag find Port tag=1; r ovs-bare $V --bare --columns=name,tag list Port; r ovs-table $V -f table list Port; r ovs-csv $V --format=csv list Port; r ovs-json $V --format=json list Port; r ovs-json-columns $V --format=json --columns=name,ofport,external_ids list Interface; r ovs-pretty "$V --format=json --pretty list Port"; r ovs-html $V --format=html list Port; r ovs-table-columns $V -f table --columns=name,tag,other_config list Port; r ovs-get-fail-mode $V get-fail-mode br-int; r ovs-get-controller $V get-controller br-int; r ovs-port-to-br $V port-to-br qvo$P; r ovs-iface-to-br $V iface-to-br qvo$P; r ovs-version $V --version; r ovs-get-ssl $V get-ssl; r ovs-oneline $V --oneline list-br; r ovs-list-data-json $V --format=list --data=json list Port; r ovs-list-data-bare $V --data=bare list Port
for f in table list csv json html; do r ovsdb-dump-$f ovsdb-client --format=$f dump unix:$W/db.sock; done
r ovsdb-dump-pretty ovsdb-client --format=json --pretty dump unix:$W/db.sock; r ovsdb-dump-table ovsdb-client dump unix:$W/db.sock Open_vSwitch Port; r ovsdb-dump-columns ovsdb-client dump unix:$W/db.sock Open_vSwitch Port name tag; r ovsdb-query "ovsdb-client query unix:$W/db.sock '[\"Open_vSwitch\",{\"op\":\"select\",\"table\":\"Port\",\"where\":[]}]'"; r ovsdb-list-dbs ovsdb-client list-dbs unix:$W/db.sock
r conf-db cat $W/conf.db; r ovsdb-show-log ovsdb-tool -mmm show-log $W/conf.db
ovsdb-client backup unix:$W/db.sock > $W/b.db; ovsdb-tool create-cluster $W/c.db $W/b.db unix:$W/c.sock; r conf-db-cluster cat $W/c.db; r conf-db-compact cat $W/b.db
for o in "" "-O OpenFlow13 " "-O OpenFlow15 "; do s=$(echo $o | tr -d ' '); for b in $m $t; do bn=$(basename $b .mgmt)
 r ofctl$s-show-$bn ovs-ofctl ${o}show $b; r ofctl$s-dump-flows-$bn ovs-ofctl ${o}dump-flows $b; r ofctl$s-dump-ports-$bn ovs-ofctl ${o}dump-ports $b; r ofctl$s-dump-ports-desc-$bn ovs-ofctl ${o}dump-ports-desc $b; r ofctl$s-groups-$bn ovs-ofctl ${o}dump-groups $b; done; done
r ofctl-names ovs-ofctl --names dump-flows $m; r ofctl-no-names ovs-ofctl --no-names dump-flows $m; r ofctl-no-stats ovs-ofctl --no-stats dump-flows $m; r ofctl-no-names-stats ovs-ofctl --no-names --no-stats dump-flows $m; r ofctl-names-ports ovs-ofctl --names dump-ports $m; r ofctl-names-show ovs-ofctl --names show $m; r ofctl-table ovs-ofctl dump-flows $m table=0; r ofctl-aggregate ovs-ofctl dump-aggregate $m; r ofctl-tables ovs-ofctl dump-tables $m; r ofctl-color ovs-ofctl --color=always dump-flows $m; r ofctl-rsort ovs-ofctl --rsort dump-flows $m
r appctl-fdb ovs-appctl -t $W/ovs-vswitchd.$(cat $W/vs.pid).ctl fdb/show br-int; A="ovs-appctl -t $W/ovs-vswitchd.$(cat $W/vs.pid).ctl"
ping -c2 -i0.2 -W1 10.30.0.12 >/dev/null 2>&1; ip netns exec $D ping -c2 -i0.2 -W1 192.168.1.12 >/dev/null 2>&1
r appctl-fdb2 $A fdb/show br-int; r appctl-fdb-names $A fdb/show --names br-int; r appctl-dpif-show $A dpif/show; r appctl-dpctl-show $A dpctl/show; r appctl-dpctl-s-show $A dpctl/show -s; r appctl-dump-dps $A dpctl/dump-dps; r appctl-dpctl-flows $A dpctl/dump-flows; r appctl-dpctl-flows-m $A dpctl/dump-flows -m; r appctl-dpctl-flows-names $A dpctl/dump-flows --names; r appctl-dpif-flows $A dpif/dump-flows br-int; r appctl-tunnels $A ofproto/list-tunnels; r appctl-bond $A bond/show; r appctl-lacp $A lacp/show; r appctl-vlog $A vlog/list; r appctl-version $A version; r appctl-upcall $A upcall/show; r appctl-coverage $A coverage/show; r appctl-bridge-flows $A bridge/dump-flows br-int; r appctl-tnl-neigh $A tnl/neigh/show; r appctl-tnl-ports $A tnl/ports/show; r appctl-tnl-ports-v $A tnl/ports/show -v; r appctl-route $A ovs/route/show; r appctl-conntrack $A dpctl/dump-conntrack; r appctl-mdb $A mdb/show br-int; r appctl-ofproto-list $A ofproto/list; r appctl-memory $A memory/show; r appctl-pmd $A dpif-netdev/pmd-stats-show; r appctl-fdb-stats $A fdb/stats-show br-int; r appctl-trace "$A ofproto/trace br-int in_port=2,icmp"; r appctl-qos $A qos/show eth0; r appctl-stp $A stp/show; r appctl-rstp $A rstp/show
r conntrack conntrack -L; r conntrack-x conntrack -L -o extended; r conntrack-xml conntrack -L -o xml; r conntrack-id conntrack -L -o id,extended; r conntrack-S conntrack -S; r conntrack-C conntrack -C; r conntrack-E-none conntrack -L -p icmp; r proc-conntrack cat /proc/net/nf_conntrack; r conntrack-save conntrack -L -o save
r ethtool-i ethtool -i eth0; r ethtool-k ethtool -k eth0; r ethtool-k-tap ethtool -k tap$P; r ethtool-S ethtool -S eth0; r ethtool ethtool eth0; r ethtool-k-qbr ethtool -k qbr$P
r ps-aux "ps aux | grep dnsmasq.*tapd0d0d0d0"; r ps-ef "ps -ef | grep dnsmasq.*tapd0d0d0d0"; r ps-axww "ps axwwo pid,user,args | grep dnsmas[q].*tapd0d0d0d0"; r pgrep "pgrep -af dnsmasq.*tapd0d0d0d0"; r ps-alxwww "ps alxwww | grep -e dnsmas[q].*tapd0d0d0d0 -e PID"; r ps-auxwwwm "ps auxwwwm | grep -e dnsmas[q].*tapd0d0d0d0 -e PID"
r sysctl-a "sysctl -a 2>/dev/null | grep -e '^net.ipv4.conf.*rp_filter' -e '^net.bridge' -e nf_conntrack_ -e ip_forward"; r sysctl-n "sysctl net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables"; r proc-cat cat /proc/sys/net/ipv4/ip_forward; r proc-grep "grep . /proc/sys/net/ipv4/conf/*/rp_filter"; r proc-bridge "grep -H . /proc/sys/net/bridge/bridge-nf-call-iptables"; r proc-head "head /proc/sys/net/bridge/*"
r ss-ltnup ss -ltnup; r ss-lntp ss -lntp; r ss-anp ss -anp; r netstat-lntup ip netns exec $D netstat -lntup; r netns-ss-lnup ip netns exec $D ss -lnup; r netns-ss-ltn ip netns exec $D ss -ltn; r lsmod "lsmod | head -5"; r uname uname -a; r hostname hostname; r hostnamectl hostnamectl; r os-release cat /etc/os-release; r ebtables-save ebtables-save; r arptables-save arptables-save; r dmesg-none true; r nstat nstat -az; r tc tc qdisc; r ip-tuntap ip tuntap; r ip-maddr ip maddr
r sys-brif "ls /sys/class/net"; r sys-brif2 "ls -l /sys/class/net/qbr$P/brif"; r ls-l-sys "ls -l /sys/class/net"; r sys-mtu "grep . /sys/class/net/*/mtu"; r tcpdump-e true
find "$OUT" -size 0 -delete
