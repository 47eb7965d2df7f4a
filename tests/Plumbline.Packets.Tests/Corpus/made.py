#!/usr/bin/python3
"""made.py FOLDER: packets of protocols that few programs send, made by scapy (Debian: python3-scapy), into FOLDER/made.pcap."""
import sys
from scapy.all import *
from scapy.contrib.erspan import ERSPAN, ERSPAN_I, ERSPAN_II, ERSPAN_III, ERSPAN_PlatformSpecific
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.lldp import *
from scapy.contrib.nsh import NSH
from scapy.layers.dhcp6 import *
from scapy.layers.sctp import *
from scapy.layers.vxlan import VXLAN

A, B = "02:00:00:00:00:01", "02:00:00:00:00:02"
E = Ether(src=A, dst=B)
I = IP(src="10.9.0.1", dst="10.9.0.2", id=7)
V6 = IPv6(src="fd00::1", dst="fd00::2")
PING = E / I / ICMP(id=5, seq=1) / b"0123456789abcdef"
P = []
add = P.append

# VLAN: priority tag, drop eligible, 802.1ad with and without 802.1Q inside, two 802.1Q, three tags
add(E / Dot1Q(prio=5, vlan=0) / I / ICMP(id=1))
add(E / Dot1Q(prio=7, id=1, vlan=4095) / I / ICMP(id=1))
add(E / Dot1AD(prio=3, vlan=100) / I / ICMP(id=1))
add(E / Dot1AD(vlan=100) / Dot1Q(vlan=7, prio=1) / I / ICMP(id=1))
add(E / Dot1Q(vlan=10) / Dot1Q(vlan=20) / V6 / ICMPv6EchoRequest(id=3, seq=9))
add(E / Dot1AD(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / I / UDP(sport=1, dport=2) / b"x")
add(E / Dot1Q(vlan=9, type=38) / LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP())
# ARP: request, reply, probe, announcement, gratuitous reply, RARP; another kind of hardware
add(Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc="10.9.0.1", pdst="10.9.0.2"))
add(E / ARP(op=2, hwsrc=A, psrc="10.9.0.1", hwdst=B, pdst="10.9.0.2"))
add(Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc="0.0.0.0", pdst="10.9.0.1"))
add(Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc="10.9.0.1", pdst="10.9.0.1"))
add(Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(op=2, hwsrc=A, psrc="10.9.0.1", hwdst=A, pdst="10.9.0.1"))
add(Ether(src=A, dst="ff:ff:ff:ff:ff:ff", type=0x8035) / ARP(op=3, hwsrc=A, psrc="0.0.0.0", hwdst=A, pdst="0.0.0.0"))
add(E / ARP(hwtype=6, op=1, hwsrc=A, psrc="10.9.0.1", pdst="10.9.0.2"))
# IPv4 options and fragments
for options in (
    [IPOption_RR(pointer=12, routers=["10.1.1.1", "10.2.2.2", "0.0.0.0"])],
    [IPOption(b"\x44\x0c\x0d\x00\x00\x00\x00\x01\x00\x00\x00\x02")],
    [IPOption(b"\x44\x14\x15\x11\x0a\x01\x01\x01\x00\x00\x00\x05\x0a\x02\x02\x02\x00\x00\x00\x06")],
    [IPOption_Router_Alert(), IPOption_NOP(), IPOption_EOL()],
    [IPOption_NOP(), IPOption_NOP(), IPOption_Router_Alert()],
    [IPOption_LSRR(pointer=4, routers=["10.3.3.3"])],
):
    add(E / IP(src="10.9.0.1", dst="10.9.0.2", options=options) / UDP(sport=1000, dport=2000) / b"options")
for piece in fragment(IP(src="10.9.0.1", dst="10.9.0.2", id=99) / UDP(sport=1000, dport=2000) / (b"f" * 3000), fragsize=1000):
    add(E / piece)
add(E / IP(src="10.9.0.1", dst="10.9.0.2", tos=0xB9, flags=3, ttl=1, proto=103) / b"pim?")
add(E / I / AH(nh=17, spi=0x1001, seq=5, icv=b"A" * 12, payloadlen=4) / UDP(sport=4000, dport=4001) / b"behind AH")
add(E / I / AH(nh=6, spi=0x1002, seq=6, icv=b"B" * 16, payloadlen=5) / TCP(sport=4000, dport=4001, flags="S"))
add(E / I / ESP(spi=0x2001, seq=1, data=b"secret" * 4))
# IPv6 extension headers
add(E / V6 / IPv6ExtHdrHopByHop(options=[RouterAlert(value=0), PadN(optdata=b"")]) / ICMPv6MLReport2(records=[ICMPv6MLDMultAddrRec(rtype=4, dst="ff02::1:ff00:1")]))
add(E / V6 / IPv6ExtHdrHopByHop(options=[Pad1(), Pad1(), RouterAlert(value=1)]) / UDP(sport=5, dport=6) / b"hop")
add(E / V6 / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0\0\0\0")]) / UDP(sport=5, dport=6) / b"destination")
add(E / IPv6(src="fd00::1", dst="fd00::3", tc=0xB8, fl=0x12345) / IPv6ExtHdrRouting(type=2, segleft=1, addresses=["fd00::9"]) / UDP(sport=5, dport=6) / b"routing")
add(E / IPv6(src="fd00::1", dst="fd00::3") / IPv6ExtHdrSegmentRouting(addresses=["fd00::9", "fd00::8"], segleft=1, lastentry=1) / ICMPv6EchoRequest(id=1, seq=2))
for piece in fragment6(V6 / IPv6ExtHdrFragment(id=0xABCD) / UDP(sport=7, dport=8) / (b"g" * 2500), 1280):
    add(E / piece)
add(E / V6 / AH(nh=58, spi=0x3001, seq=9, icv=b"C" * 12, payloadlen=4) / ICMPv6EchoRequest(id=8, seq=1, data=b"ah"))
add(E / V6 / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)]) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)]) / IPv6ExtHdrFragment(id=5, offset=0, m=0) / TCP(sport=1, dport=2, flags="S"))
add(E / IPv6(src="fd00::1", dst="fd00::2", nh=59))
# ICMP
for icmp in (ICMP(type=13, id=1, seq=2, ts_ori=1000, ts_rx=2000, ts_tx=3000), ICMP(type=5, code=1, gw="10.9.0.3") / I / UDP(sport=1, dport=2),
             ICMP(type=3, code=4, nexthopmtu=1400) / I / TCP(sport=1, dport=2), ICMP(type=11, code=0) / I / UDP(sport=1, dport=33434),
             ICMP(type=12, code=0, ptr=5) / I / ICMP(id=1), ICMP(type=3, code=13) / I / SCTP(sport=1, dport=2, tag=5)):
    add(E / I / icmp)
# neighbour discovery, MLD
add(E / V6 / ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(lladdr=A))
add(E / V6 / ICMPv6ND_RA(chlim=64, M=1, O=1, prf=1, routerlifetime=1800, reachabletime=30000, retranstimer=1000) / ICMPv6NDOptSrcLLAddr(lladdr=A)
    / ICMPv6NDOptMTU(mtu=1450) / ICMPv6NDOptPrefixInfo(prefix="2001:db8::", prefixlen=64, L=1, A=1, validlifetime=86400, preferredlifetime=14400)
    / ICMPv6NDOptRDNSS(lifetime=600, dns=["fd00::53", "fd00::54"]) / ICMPv6NDOptDNSSL(lifetime=600, searchlist=["example.org.", "lab.example.org."])
    / ICMPv6NDOptRouteInfo(prefix="2001:db8:1::", plen=48, prf=3, rtlifetime=900))
add(E / V6 / ICMPv6ND_NS(tgt="fd00::2") / ICMPv6NDOptSrcLLAddr(lladdr=A))
add(Ether(src=A, dst="33:33:ff:00:00:02") / IPv6(src="::", dst="ff02::1:ff00:2") / ICMPv6ND_NS(tgt="fd00::2"))
add(E / V6 / ICMPv6ND_NA(R=1, S=1, O=1, tgt="fd00::2") / ICMPv6NDOptDstLLAddr(lladdr=B))
add(E / V6 / ICMPv6ND_Redirect(tgt="fe80::1", dst="2001:db8::5") / ICMPv6NDOptDstLLAddr(lladdr=B))
add(E / V6 / ICMPv6MLQuery(mladdr="::", mrd=10000))
add(E / V6 / ICMPv6MLReport(mladdr="ff02::1:3"))
add(E / V6 / ICMPv6MLDone(mladdr="ff02::1:3"))
add(E / V6 / ICMPv6MLQuery2(mladdr="ff02::1:3", mrd=1000, QRV=2, QQIC=125, S=1, sources=["fd00::7", "fd00::8"]))
add(E / V6 / ICMPv6MLReport2(records=[ICMPv6MLDMultAddrRec(rtype=1, dst="ff02::fb", sources=["fd00::7"]), ICMPv6MLDMultAddrRec(rtype=3, dst="ff02::1:3")]))
add(E / V6 / ICMPv6PacketTooBig(mtu=1400) / V6 / TCP(sport=1, dport=2))
add(E / V6 / ICMPv6DestUnreach(code=4) / V6 / UDP(sport=1, dport=2))
add(E / V6 / ICMPv6TimeExceeded() / V6 / UDP(sport=1, dport=2))
add(E / V6 / ICMPv6ParamProblem(code=1, ptr=40) / V6 / UDP(sport=1, dport=2))
# TCP options
for options in (
    [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (100, 0)), ("NOP", None), ("WScale", 7)],
    [("NOP", None), ("NOP", None), ("SAck", (1000, 2000, 3000, 4000))],
    [("NOP", None), ("NOP", None), ("Timestamp", (100, 200)), ("SAck", (1, 2))],
    [("EOL", None)],
    [(30, bytes([0x01, 0x81])), ("NOP", None)],
    [(30, bytes([0x01, 0x01]) + bytes(range(8)))],
    [(30, bytes([0x10, 0x05]) + bytes(range(8)))],
    [(30, bytes([0x20, 0x01]) + bytes(range(4))), ("NOP", None)],
    [(34, b"cookie12"), ("EOL", None)],
    [(19, b"m" * 16)],
):
    add(E / I / TCP(sport=4000, dport=80, flags="S", seq=1, options=options))
add(E / I / TCP(sport=4000, dport=80, flags="FPUEC", seq=0xFFFFFFFF, ack=5, urgptr=3, window=0) / b"data")
# SCTP
S = E / I / SCTP(sport=5000, dport=3868, tag=0x1234)
add(E / I / SCTP(sport=5000, dport=3868, tag=0) / SCTPChunkInit(init_tag=0x77, a_rwnd=65535, n_out_streams=10, n_in_streams=2048, init_tsn=9,
    params=[SCTPChunkParamIPv4Addr(addr="10.9.0.1"), SCTPChunkParamIPv6Addr(addr="fd00::1"), SCTPChunkParamSupportedAddrTypes(addr_type_list=[5, 6])]))
add(S / SCTPChunkInitAck(init_tag=0x78, a_rwnd=65535, n_out_streams=10, n_in_streams=10, init_tsn=100, params=[SCTPChunkParamStateCookie(cookie=b"cookie")]))
add(S / SCTPChunkCookieEcho(cookie=b"cookie12"))
add(S / SCTPChunkCookieAck())
add(S / SCTPChunkData(beginning=1, ending=1, tsn=9, stream_id=1, stream_seq=0, proto_id=46, data=b"hello"))
add(S / SCTPChunkData(beginning=1, ending=0, tsn=10, stream_id=2, stream_seq=0, proto_id=0, data=b"hellohello") / SCTPChunkData(ending=1, unordered=1, delay_sack=1, tsn=11, stream_id=2, data=b"abc"))
add(S / SCTPChunkSACK(cumul_tsn_ack=9, a_rwnd=65000, n_gap_ack=1, n_dup_tsn=2, gap_ack_list=["2:3"], dup_tsn_list=[9, 9]))
add(S / SCTPChunkHeartbeatReq(params=[SCTPChunkParamHeartbeatInfo(data=b"heartbeat info..")]))
add(S / SCTPChunkHeartbeatAck(params=[SCTPChunkParamHeartbeatInfo(data=b"heartbeat info..")]))
add(S / SCTPChunkAbort(TCB=1, error_causes=b"\x00\x0c\x00\x08user"))
add(S / SCTPChunkError(error_causes=b"\x00\x01\x00\x08\x00\x05\x00\x00"))
add(S / SCTPChunkShutdown(cumul_tsn_ack=11))
add(S / SCTPChunkShutdownAck())
add(S / SCTPChunkShutdownComplete(TCB=1))
# DHCP: every message and option that we read
def dhcp(kind, *options, op=1, **fields):
    return E / I / UDP(sport=68 if op == 1 else 67, dport=67 if op == 1 else 68) / BOOTP(op=op, chaddr=bytes.fromhex("020000000001"), xid=0x11223344, **fields) / DHCP(options=[("message-type", kind), *options, "end"])
for kind in (1, 3, 4, 7, 8):
    add(dhcp(kind, ("client_id", b"\1" + bytes.fromhex("020000000001")), ("param_req_list", [1, 3, 6, 12, 15, 26, 121, 119])))
add(dhcp(1, ("requested_addr", "10.9.0.7"), ("hostname", b"vm1"), ("vendor_class_id", b"udhcp 1.36"), ("max_dhcp_size", 576), flags=0x8000, secs=3))
for kind in (2, 5, 6):
    add(dhcp(kind, ("server_id", "10.9.0.2"), ("lease_time", 3600), ("subnet_mask", "255.255.255.0"), ("router", "10.9.0.1", "10.9.0.3"), ("name_server", "10.9.0.2", "10.9.0.4"),
             ("domain", b"example.org"), ("interface-mtu", 1450), ("broadcast_address", "10.9.0.255"), ("renewal_time", 1800), ("rebinding_time", 3150), ("NTP_server", "10.9.0.5"),
             (121, bytes([16, 169, 254, 10, 9, 0, 2, 0, 10, 9, 0, 1])), ("error_message", b"no") if kind == 6 else "pad", op=2, yiaddr="10.9.0.7", siaddr="10.9.0.2", giaddr="10.9.0.9",
             sname=b"server1", file=b"pxelinux.0"))
add(dhcp(1, (82, bytes([1, 4]) + b"eth0" + bytes([2, 3]) + b"abc" + bytes([5, 4, 10, 9, 0, 0])), giaddr="10.9.0.1", hops=1))
add(dhcp(5, (66, b"tftp.example.org"), ("boot-file-name", b"boot.img"), op=2))
# DHCPv6: every message, DUIDs, prefixes, relays
duids = [DUID_LLT(timeval=600000000, lladdr=A), DUID_EN(enterprisenum=8888, id=b"machine1"), DUID_LL(lladdr=A)]
U = E / IPv6(src="fe80::1", dst="ff02::1:2") / UDP(sport=546, dport=547)
for i, kind in enumerate((DHCP6_Solicit, DHCP6_Request, DHCP6_Confirm, DHCP6_Renew, DHCP6_Rebind, DHCP6_Release, DHCP6_Decline, DHCP6_InfoRequest)):
    add(U / kind(trid=0x10 + i) / DHCP6OptClientId(duid=duids[i % 3]) / DHCP6OptElapsedTime(elapsedtime=25) / DHCP6OptOptReq(reqopts=[23, 24, 59])
        / DHCP6OptIA_NA(iaid=0xF, T1=100, T2=200, ianaopts=[DHCP6OptIAAddress(addr="fd00::100", preflft=300, validlft=400)]))
D = E / V6 / UDP(sport=547, dport=546)
for kind in (DHCP6_Advertise, DHCP6_Reply, DHCP6_Reconf):
    add(D / kind(trid=0x20) / DHCP6OptClientId(duid=duids[0]) / DHCP6OptServerId(duid=duids[2]) / DHCP6OptPref(prefval=255) / DHCP6OptStatusCode(statuscode=2, statusmsg=b"none left")
        / DHCP6OptDNSServers(dnsservers=["fd00::53", "fd00::54"]) / DHCP6OptRapidCommit()
        / DHCP6OptIA_PD(iaid=3, T1=1, T2=2, iapdopt=[DHCP6OptIAPrefix(preflft=5, validlft=6, plen=56, prefix="2001:db8:5::")]))
add(D / DHCP6_RelayForward(hopcount=1, linkaddr="fd00::1", peeraddr="fe80::7") / DHCP6OptIfaceId(ifaceid=b"eth0")
    / DHCP6OptRelayMsg(message=DHCP6_Solicit(trid=0x30) / DHCP6OptClientId(duid=duids[0])))
add(D / DHCP6_RelayReply(hopcount=0, linkaddr="fd00::1", peeraddr="fe80::7") / DHCP6OptRelayMsg(message=DHCP6_Reply(trid=0x30) / DHCP6OptServerId(duid=duids[2])))
# DNS
Q = E / I / UDP(sport=40000, dport=53)
R = E / I / UDP(sport=53, dport=40000)
for kind in ("A", "AAAA", "MX", "SRV", "TXT", "PTR", "NS", "SOA", "ANY"):
    add(Q / DNS(id=1, rd=1, cd=1, qd=DNSQR(qname="www.example.org", qtype=kind), ar=DNSRROPT(rclass=1232, z=0x8000, rdata=[EDNS0TLV(optcode=10, optdata=b"12345678")])))
add(R / DNS(id=1, qr=1, aa=1, rd=1, ra=1, ad=1, qd=DNSQR(qname="www.example.org"), an=DNSRR(rrname="www.example.org", type="CNAME", ttl=60, rdata="vm1.example.org")
    / DNSRR(rrname="vm1.example.org", ttl=60, rdata="10.9.0.7") / DNSRR(rrname="vm1.example.org", type="AAAA", ttl=60, rdata="fd00::7")))
add(R / DNS(id=1, qr=1, qd=DNSQR(qname="example.org", qtype="MX"), an=DNSRRMX(rrname="example.org", type="MX", ttl=5, preference=10, exchange="mail.example.org") / DNSRRMX(rrname="example.org", type="MX", ttl=5, preference=20, exchange="mail2.example.org")))
add(R / DNS(id=1, qr=1, qd=DNSQR(qname="_sip._tcp.example.org", qtype="SRV"), an=DNSRRSRV(rrname="_sip._tcp.example.org", ttl=5, priority=1, weight=2, port=5060, target="sip.example.org")))
add(R / DNS(id=1, qr=1, qd=DNSQR(qname="example.org", qtype="TXT"), an=DNSRR(rrname="example.org", type="TXT", ttl=5, rdata=[b"v=spf1 -all", b"second"])))
add(R / DNS(id=1, qr=1, rcode=3, qd=DNSQR(qname="nothing.example.org"), ns=DNSRRSOA(rrname="example.org", ttl=5, mname="ns.example.org", rname="admin.example.org", serial=2024, refresh=1, retry=2, expire=3, minimum=4)))
add(R / DNS(id=1, qr=1, qd=DNSQR(qname="example.org", qtype="NS"), an=DNSRR(rrname="example.org", type="NS", ttl=5, rdata="ns1.example.org")))
add(R / DNS(id=1, qr=1, tc=1, qd=DNSQR(qname="big.example.org", qtype="TXT")))
add(R / DNS(id=1, qr=1, rcode=5, qd=DNSQR(qname="refused.example.org")))
add(R / DNS(id=1, qr=1, rcode=2, qd=DNSQR(qname="failed.example.org")))
add(R / DNS(id=1, qr=1, qd=DNSQR(qname="7.0.9.10.in-addr.arpa", qtype="PTR"), an=DNSRR(rrname="7.0.9.10.in-addr.arpa", type="PTR", ttl=5, rdata="vm1.example.org")))
M = Ether(src=A, dst="01:00:5e:00:00:fb") / IP(src="10.9.0.1", dst="224.0.0.251", ttl=255) / UDP(sport=5353, dport=5353)
add(M / DNS(id=0, qd=DNSQR(qname="_http._tcp.local", qtype="PTR", qclass=0x8001)))
add(M / DNS(id=0, qr=1, aa=1, qd=None, an=DNSRR(rrname="_http._tcp.local", type="PTR", ttl=4500, rdata="web._http._tcp.local") / DNSRRSRV(rrname="web._http._tcp.local", rclass=0x8001, ttl=120, port=80, target="web.local")))
query = bytes(DNS(id=9, rd=1, qd=DNSQR(qname="tcp.example.org")))
add(E / I / TCP(sport=40000, dport=53, flags="PA") / (len(query).to_bytes(2, "big") + query))
# VXLAN (with a group policy), VXLAN-GPE
add(E / I / UDP(sport=50000, dport=4789) / VXLAN(vni=5001, flags=8) / PING)
add(E / I / UDP(sport=50000, dport=4789) / VXLAN(vni=5002, flags=0x88, gpid=77) / PING)
for proto, inside in ((1, I / ICMP(id=2)), (2, V6 / ICMPv6EchoRequest(id=2)), (3, PING), (4, b"\0\x0f\1\1" + b"nsh")):
    add(E / I / UDP(sport=50000, dport=4790) / (bytes([0x0C, 0, 0, proto]) + (5003 << 8).to_bytes(4, "big") + bytes(inside)))
# GRE
G = lambda **fields: E / IP(src="10.9.0.1", dst="10.9.0.2", proto=47) / GRE(**fields)
add(G() / I / ICMP(id=3))
add(G(proto=0x6558, key_present=1, key=0x1388AB) / PING)  # NVGRE: subnet and flow in the key
add(G(chksum_present=1, seqnum_present=1, sequence_number=44, proto=0x86DD) / V6 / ICMPv6EchoRequest(id=3))
add(G(chksum_present=1, key_present=1, key=9, seqnum_present=1, sequence_number=45) / I / TCP(sport=1, dport=2, flags="S"))
# ERSPAN I, II, III (with and without the platform's own word)
add(G(proto=0x88BE) / PING)
add(G(proto=0x88BE, seqnum_present=1, sequence_number=1) / ERSPAN_II(ver=1, vlan=100, cos=5, en=3, t=1, session_id=1000, index=0x12345) / PING)
add(G(proto=0x22EB, seqnum_present=1, sequence_number=2) / ERSPAN_III(ver=2, vlan=200, cos=3, bso=1, t=0, session_id=7, timestamp=123456, sgt_other=9, p=1, ft=0, hw=5, d=1, gra=2, o=0) / PING)
add(G(proto=0x22EB, seqnum_present=1, sequence_number=3) / ERSPAN_III(ver=2, vlan=201, session_id=8, o=1) / ERSPAN_PlatformSpecific(platf_id=3, info1=1, info2=2) / PING)
# Geneve
add(E / I / UDP(sport=50000, dport=6081) / GENEVE(vni=0x4E) / PING)
add(E / I / UDP(sport=50000, dport=6081) / GENEVE(vni=0x4F, oam=1, critical=1, options=[GeneveOptions(classid=0x102, type=0x80, data=b"\0\1\0\2"), GeneveOptions(classid=0x103, type=1, data=b"\0" * 8)]) / PING)
add(E / I / UDP(sport=50000, dport=6081) / GENEVE(vni=0x50, proto=0x0800) / I / ICMP(id=4))
# BPDUs: STP, topology change, RSTP, MSTP with two trees
L = Dot3(src=A, dst="01:80:c2:00:00:00") / LLC(dsap=0x42, ssap=0x42, ctrl=3)
add(L / STP(rootid=0x8001, rootmac=A, pathcost=4, bridgeid=0x9002, bridgemac=B, portid=0x8003, age=1.5, maxage=20, hellotime=2, fwddelay=15, bpduflags=0x81))
add(L / (b"\0\0\0\x80"))
rstp = bytes(STP(version=2, bpdutype=2, bpduflags=0x7E, rootid=0x8000, rootmac=A, pathcost=20000, bridgeid=0x8000, bridgemac=B, portid=0x8001, age=1, maxage=20, hellotime=2, fwddelay=15))
add(L / (rstp + b"\0"))
mstp = bytes(STP(version=3, bpdutype=2, bpduflags=0x3C, rootid=0x8000, rootmac=A, pathcost=0, bridgeid=0x8000, bridgemac=A, portid=0x8001, age=0, maxage=20, hellotime=2, fwddelay=15))
tree = lambda n: bytes([0x3C]) + (0x8000 + n).to_bytes(2, "big") + bytes.fromhex("020000000001") + (200000).to_bytes(4, "big") + bytes([0x80, 0x80, 19])
region = bytes([0]) + b"region1".ljust(32, b"\0") + (3).to_bytes(2, "big") + bytes(range(16)) + (2000).to_bytes(4, "big") + (0x8000).to_bytes(2, "big") + bytes.fromhex("020000000002") + bytes([20])
add(L / (mstp + b"\0" + (len(region) + 32).to_bytes(2, "big") + region + tree(1) + tree(2)))
# LLDP
add(Ether(src=A, dst="01:80:c2:00:00:0e") / LLDPDUChassisID(subtype=4, id=A) / LLDPDUPortID(subtype=5, id=b"eth1") / LLDPDUTimeToLive(ttl=120) / LLDPDUPortDescription(description=b"to node 1")
    / LLDPDUSystemName(system_name=b"switch1") / LLDPDUSystemDescription(description=b"a switch") / LLDPDUSystemCapabilities(mac_bridge_available=1, router_available=1, mac_bridge_enabled=1)
    / LLDPDUManagementAddress(management_address_subtype=1, management_address=b"\x0a\x09\0\1", interface_numbering_subtype=2, interface_number=3) / LLDPDUEndOfLLDPDU())
add(Ether(src=A, dst="01:80:c2:00:00:0e") / LLDPDUChassisID(subtype=5, family=1, id="10.9.0.1") / LLDPDUPortID(subtype=3, id=B) / LLDPDUTimeToLive(ttl=0)
    / (bytes([0xFE, 6, 0, 0x80, 0xC2, 1, 0, 100, 0xFE, 11, 0, 0x80, 0xC2, 3, 0, 100, 4]) + b"blue" + bytes([0xFE, 6, 0, 0x12, 0x0F, 4, 0x05, 0xEE, 0, 0])))
wrpcap(sys.argv[1] + "/made.pcap", P, linktype=1)
print(len(P), "packets made")
