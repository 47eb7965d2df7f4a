namespace Plumbline.Iptables;

/// <summary>
/// The modules of iptables 1.8.9 and their options (iptables-extensions(8)), each as <c>NAME|OTHER-NAME:KIND</c> with <c>2</c> for two
/// values and <c>!</c> where it can be negated. A module that is not here is kept as it stands.
/// </summary>
/// <remarks>
/// Kinds: f no value; t text, quoted where needed; q text, always quoted; v word as it is; n number; x hexadecimal; X value/mask in
/// hexadecimal; R, W, B range of 32, 16, 8 bits, left out when full (W: never); P port range; c range without an end when that is open;
/// d DSCP; D DSCP class; T TOS; a address with mask where that says something; A address with mask always; p protocol; s service;
/// u user or group; o value that may be absent.
/// </remarks>
internal static class ModuleSpecs
{
    private static readonly Dictionary<string, ModuleSpec?> _matches = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, ModuleSpec?> _targets = new(StringComparer.Ordinal);
    private static readonly Lock _lock = new();

    /// <summary>The match module of that name; null for one that iptables 1.8.9 does not ship.</summary>
    public static ModuleSpec? Match(string name) => Find(_matches, name, MatchText);

    /// <summary>The target module of that name, likewise.</summary>
    public static ModuleSpec? Target(string name) => Find(_targets, name, TargetText);

    private static ModuleSpec? Find(Dictionary<string, ModuleSpec?> cache, string name, Func<string, string?> textOf)
    {
        lock (_lock)
        {
            if (!cache.TryGetValue(name, out var spec))
            {
                var text = textOf(name);
                if (text is null)
                {
                    return null;
                }
                cache[name] = spec = ModuleSpec.Parse(name, text);
            }
            return spec;
        }
    }

    private static string? MatchText(string name) => name switch
    {
        "addrtype" => "src-type:v! dst-type:v! limit-iface-in:f limit-iface-out:f",
        "ah" => "ahspi:R! ahlen:n! ahres:f",
        "bpf" => "bytecode:q object-pinned:t",
        "cgroup" => "cgroup:n! path:q!",
        "cluster" => "cluster-total-nodes:n cluster-local-node:n! cluster-local-nodemask:x! cluster-hash-seed:x",
        "comment" => "comment:t",
        "connbytes" => "connbytes:c! connbytes-mode:v connbytes-dir:v",
        "connlabel" => "label:q! set:f",
        "connlimit" => "connlimit-upto:n! connlimit-above:n! connlimit-mask:v connlimit-saddr:f connlimit-daddr:f",
        "connmark" or "mark" => "mark:X!",
        "conntrack" => "ctstate:v! ctproto:p! ctorigsrc:a! ctorigdst:a! ctreplsrc:a! ctrepldst:a! ctorigsrcport:P! ctorigdstport:P! "
            + "ctreplsrcport:P! ctrepldstport:P! ctstatus:v! ctexpire:R! ctdir:v",
        "cpu" => "cpu:n!",
        "dccp" => "sport|source-port:P! dport|destination-port:P! dccp-types:v! dccp-option:n!",
        "devgroup" => "src-group:v! dst-group:v!",
        "dscp" => "dscp:d! dscp-class:D!",
        "dst" => "dst-len:n! dst-opts:v",
        "ecn" => "ecn-tcp-ece:f! ecn-tcp-cwr:f! ecn-ip-ect:n!",
        "esp" => "espspi:R!",
        "eui64" => "",
        "frag" => "fragid:R! fraglen:n! fragres:f fragfirst:f fragmore:f fraglast:f",
        "hashlimit" => "hashlimit-upto|hashlimit:v! hashlimit-above:v! hashlimit-burst:v hashlimit-mode:v hashlimit-name:t "
            + "hashlimit-htable-size:n hashlimit-htable-max:n hashlimit-htable-gcinterval:n hashlimit-htable-expire:n "
            + "hashlimit-srcmask:n hashlimit-dstmask:n hashlimit-rate-match:f hashlimit-rate-interval:n",
        "hbh" => "hbh-len:n! hbh-opts:v",
        "helper" => "helper:t!",
        "hl" => "hl-eq:n! hl-lt:n hl-gt:n",
        "icmp" => "icmp-type:v!",
        "icmp6" => "icmpv6-type|icmp6-type:v!",
        "ipcomp" => "ipcompspi:R! compres:f",
        "iprange" => "src-range:v! dst-range:v!",
        "ipv6header" => "header:v! soft:f",
        "ipvs" => "ipvs:f! vproto:p! vaddr:a! vport:s! vdir:v vmethod:v! vportctl:s!",
        "length" => "length:W!",
        "limit" => "limit:v! limit-burst:n",
        "mac" => "mac-source:v!",
        "mh" => "mh-type:B!",
        "multiport" => "sports|source-ports:v! dports|destination-ports:v! ports:v!",
        "nfacct" => "nfacct-name:t",
        "osf" => "genre:t! ttl:n log:n",
        "owner" => "uid-owner:u! gid-owner:u! socket-exists:f! suppl-groups:f",
        "physdev" => "physdev-is-in:f! physdev-in:v! physdev-is-out:f! physdev-out:v! physdev-is-bridged:f!",
        "pkttype" => "pkt-type:v!",
        "policy" => "~dir:v pol:v strict:f reqid:n! spi:x! proto:v! mode:v! tunnel-dst:v! tunnel-src:v! next:f",
        "quota" => "quota:n!",
        "rateest" => "~rateest-delta:f rateest1|rateest:v rateest2:v rateest-bps1:v rateest-pps1:v rateest-bps2:v rateest-pps2:v "
            + "rateest-lt:f! rateest-gt:f! rateest-eq:f! rateest-bps:o rateest-pps:o",
        "realm" => "realm:v!",
        "recent" => "set:f! rcheck:f! update:f! remove:f! seconds:n reap:f hitcount:n rttl:f name:t mask:v rsource:f rdest:f",
        "rpfilter" => "loose:f validmark:f accept-local:f invert:f",
        "rt" => "rt-type:n! rt-segsleft:R! rt-len:n! rt-0-res:f rt-0-addrs:v rt-0-not-strict:f",
        "sctp" => "sport|source-port:P! dport|destination-port:P! chunk-types:v2!",
        "set" => "match-set|set:v2! return-nomatch:f update-counters:f! update-subcounters:f! packets-eq:n! packets-lt:n packets-gt:n "
            + "bytes-eq:n! bytes-lt:n bytes-gt:n",
        "socket" => "transparent:f nowildcard:f restore-skmark:f",
        "srh" => "~srh-next-hdr:n! srh-hdr-len-eq:n! srh-hdr-len-gt:n! srh-hdr-len-lt:n! srh-segs-left-eq:n! srh-segs-left-gt:n! "
            + "srh-segs-left-lt:n! srh-last-entry-eq:n! srh-last-entry-gt:n! srh-last-entry-lt:n! srh-tag:n! srh-psid:v! srh-nsid:v! "
            + "srh-lsid:v!",
        "state" => "state:v!",
        "statistic" => "mode:v probability:v! every:n! packet:n",
        "string" => "string:q! hex-string:q! algo:v from:n to:n icase:f",
        "tcp" => "sport|source-port:P! dport|destination-port:P! tcp-flags:v2! syn:f! tcp-option:n!",
        "tcpmss" => "mss:W!",
        "time" => "timestart:v timestop:v monthdays:v! weekdays:v! datestart:v datestop:v kerneltz:f contiguous:f utc:f localtz:f",
        "tos" => "tos:T!",
        "ttl" => "ttl-eq|ttl:n! ttl-lt:n ttl-gt:n",
        "u32" => "u32:q!",
        "udp" => "sport|source-port:P! dport|destination-port:P!",
        _ => null,
    };

    private static string? TargetText(string name) => name switch
    {
        "AUDIT" => "type:v",
        "CHECKSUM" => "checksum-fill:f",
        "CLASSIFY" => "set-class:v",
        "CLUSTERIP" => "~new:f hashmode:v clustermac:v total-nodes:n local-node:n hash-init:n",
        "CONNMARK" => "set-xmark:X set-mark:X and-mark:x or-mark:x xor-mark:x save-mark:f restore-mark:f left-shift-mark:n "
            + "right-shift-mark:n nfmask:x ctmask:x mask:x",
        "CONNSECMARK" => "save:f restore:f",
        "CT" => "notrack:f helper:t ctevents:v expevents:v timeout:t zone-orig:v zone-reply:v zone:v",
        "DNAT" => "to-destination:v random:f random-fully:f persistent:f",
        "DNPT" or "SNPT" => "src-pfx:v dst-pfx:v",
        "DSCP" => "set-dscp:d set-dscp-class:D",
        "ECN" => "ecn-tcp-remove:f ecn-tcp-cwr:n ecn-tcp-ece:n ecn-ip-ect:n",
        "HL" => "hl-set:n hl-dec:n hl-inc:n",
        "HMARK" => "~hmark-tuple:v hmark-src-prefix:v hmark-dst-prefix:v hmark-sport-mask:v hmark-dport-mask:v hmark-spi-mask:v "
            + "hmark-sport:v hmark-dport:v hmark-spi:v hmark-proto-mask:v hmark-rnd:v hmark-mod:v hmark-offset:v",
        "IDLETIMER" => "timeout:n label:t alarm:f",
        "LED" => "led-trigger-id:q led-delay:v led-always-blink:f",
        "LOG" => "log-prefix:t log-level:v log-tcp-sequence:f log-tcp-options:f log-ip-options:f log-uid:f log-macdecode:f",
        "MARK" => "set-xmark:X set-mark:X and-mark:x or-mark:x xor-mark:x",
        "MASQUERADE" => "to-ports:v random:f random-fully:f",
        "NETMAP" => "to:A",
        "NFLOG" => "nflog-prefix:t nflog-group:n nflog-range:n nflog-size:n nflog-threshold:n",
        "NFQUEUE" => "queue-num:n queue-balance:v queue-bypass:f queue-cpu-fanout:f",
        "NOTRACK" or "TRACE" => "",
        "RATEEST" => "rateest-name:t rateest-interval:v rateest-ewmalog:v",
        "REDIRECT" => "to-ports:v random:f",
        "REJECT" => "reject-with:v",
        "SECMARK" => "selctx:v",
        "SET" => "~add-set:v2 del-set:v2 map-set:v2 exist:f timeout:n map-mark:f map-prio:f map-queue:f",
        "SNAT" => "to-source:v random:f random-fully:f persistent:f",
        "SYNPROXY" => "sack-perm:f timestamp:f wscale:n mss:n ecn:f",
        "TCPMSS" => "set-mss:n clamp-mss-to-pmtu:f",
        "TCPOPTSTRIP" => "strip-options:v",
        "TEE" => "gateway:v oif:v",
        "TOS" => "set-tos:T and-tos:x or-tos:x xor-tos:x",
        "TPROXY" => "on-port:s on-ip:v tproxy-mark:v",
        "TTL" => "ttl-set:n ttl-dec:n ttl-inc:n",
        "ULOG" => "ulog-prefix:t ulog-nlgroup:n ulog-cprange:n ulog-qthreshold:n",
        _ => null,
    };
}
