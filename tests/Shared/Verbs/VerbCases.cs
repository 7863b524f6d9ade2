namespace Gorb.Tests.Verbs;

/// <summary>
/// Every verb once right and once wrong. The lab runs the lines one after the other against a daemon with the services web (b1 and b2, without checks) and shop (s1, checked), in a folder
/// with <see cref="Document"/> and <see cref="Rules"/>. GORB_ADDR names the daemon.
/// </summary>
public static class VerbCases
{
    public const string Document = "web.yaml", Rules = "rules";

    public static IReadOnlyList<VerbCase> All =>
    [
        .. Looking, .. Explaining, .. Contexts, .. Changing, .. Operating, .. Documents, .. Access, .. Others, .. Cluster,
    ];

    private static IReadOnlyList<VerbCase> Looking =>
    [
        new("get", "gorb get services", 0, @"(?s)^SERVICE +ADDRESS .*^shop .*^web +10\.9\.0\.100:80/tcp +rr +up +2/2"),
        new("get", "gorb get services -o wide", 0, @"^SERVICE .* SOURCE$"),
        new("get", "gorb get services -o json", 0, @"^\["),
        new("get", "gorb get web", 0, @"^b2 +10\.9\.0\.22:80 +nat +100 +up "),
        new("get", "gorb get web -o name", 0, @"\Aweb/b1\nweb/b2\z"),
        new("get", "gorb get web/b1 -o yaml", 0, "weight: 100"),
        new("get", "gorb get sources", 0, "^api +2 +3 +0 "),
        new("get", "gorb get vips -o json", 0, @"\A\["),
        new("get", "gorb get", 0, @"\Aservices:\n"),
        new("get", "gorb get mail", 4, "mail"),
        new("get", "gorb get services -o xml", 2, "xml"),
        new("get", "gorb get services -s 127.0.0.1:1", 3, "127.0.0.1:1"),
        new("get", "exec gorb get web -w", 143, "^b1 .* draining ") { InterruptedAfter = "draining", Meanwhile = "gorb drain web/b1" },
        new("describe", "gorb describe web/b1", 0, "^state: +up"),
        new("describe", "gorb describe web/b9", 4, "b9"),
        new("events", "gorb events web/b1 -f --count 1", 0, "web/b1  change backend web/b1: weight") { Meanwhile = "gorb weight web/b1 $N" },
        new("events", "gorb events --count 0", 2, "--count"),
        new("top", "gorb top", 0, "(?s)^SERVICE .*^web .* up "),
        new("top", "gorb top --sort size", 2, "size"),
        new("connections", "gorb connections web --client 10.9.0.10", 0, "(?i)connections?"),
        new("connections", "gorb connections web --client no-address", 4, "client is not the address of a client"),
        new("audit", "gorb audit", 0, "  ok  PUT /config .* add web,"),
        new("audit", "gorb audit --since yesterday", 2, "yesterday"),
    ];

    private static IReadOnlyList<VerbCase> Changing =>
    [
        new("set", "gorb set mail 10.9.0.100:25 --method wlc", 0, "^mail is created$"),
        new("set", "gorb set mail 10.9.0.100:25 --method fastest", 4, "^gorb: method: is not a scheduler"),
        new("rm", "gorb rm mail", 0, "^mail is removed$"),
        new("rm", "gorb rm mail", 4, "mail"),
        new("edit", "EDITOR='sed -i s/rr/lc/' gorb edit web", 0, "^change web: method from rr to lc$"),
        new("edit", "EDITOR=false gorb edit web", 2, "the editor 'false' ended with status 1"),
    ];

    private static IReadOnlyList<VerbCase> Operating =>
    [
        new("drain", "gorb drain web/b1 --wait --timeout 10m", 0, "^web/b1: no connections left$"),
        new("drain", "gorb drain mail", 4, "mail"),
        new("resume", "gorb drain web/b1 -q && gorb resume web/b1", 0, "^web/b1 gets new connections, with the weight 100$"),
        new("resume", "gorb resume web/b9", 4, "b9"),
        new("force", "gorb force web/b1 down", 0, "^web/b1 is forced down$"),
        new("force", "gorb force web/b1 sideways", 2, "sideways"),
        new("weight", "gorb weight web/b1 50", 0, "^web/b1 has the weight 50$"),
        new("weight", "gorb weight web/b1 half", 2, "half"),
        new("wait", "gorb wait shop --healthy 1 --timeout 10m", 0, "^shop: 1 of 1 backends healthy$"),
        new("wait", "gorb wait shop --healthy 2 --timeout 1ms", 1, "^  the service has 1 backend in all$"),
    ];

    private static IReadOnlyList<VerbCase> Documents =>
    [
        new("diff", "gorb get >now.yaml && gorb diff now.yaml", 0, @"\A\z"),
        new("diff", $"gorb diff {Document}", 1, "^remove service shop$"),
        new("apply", $"gorb apply --dry-run {Document}", 0, "^change service web: method from lc to wlc"),
        new("apply", $"gorb apply {Document}", 0, "(?s)^remove service shop$.*^change service web: method from lc to wlc"),
        new("apply", $"sed s/wlc/fastest/ {Document} | gorb apply -", 4, @"^  \d+:\d+: services\.web\.method is not a scheduler"),
        new("apply", "gorb apply nowhere.yaml", 2, "nowhere.yaml"),
        new("import ipvsadm", $"gorb import ipvsadm {Rules}", 0, @"(?s)\Aservices:\n.*host: 10\.9\.0\.100"),
        new("import ipvsadm", "echo '-A -t nonsense' | gorb import ipvsadm -", 2, "line 1"),
    ];

    private static IReadOnlyList<VerbCase> Explaining =>
    [
        new("why", "gorb why 10.9.0.10 web", 0, "web"),
        new("why", "gorb set none 10.9.0.100:81 -q && gorb why 10.9.0.10 none", 1, "none"),
        new("doctor", "gorb doctor --no-probe >found; [ $? -le 5 ] && cat found", 0, "causes examined$"),
        new("doctor", "gorb doctor -s 127.0.0.1:1", 3, "127.0.0.1:1"),
        new("recipe", "gorb set web/b3 10.9.0.23:80 --method dr --pulse '{type: none}' -q && gorb recipe web/b3 >recipe && sh -n recipe && cat recipe", 0, "10.9.0.100"),
        new("recipe", "gorb recipe web", 2, "web"),
        new("sysctl", "gorb sysctl", 0, @"^set +net\.ipv4\.ip_forward = 1$"),
        new("sysctl", "sysctl -qw net.ipv4.vs.expire_nodest_conn=0; gorb sysctl; status=$?; sysctl -qw net.ipv4.vs.expire_nodest_conn=1; exit $status", 1, "^missing +net.ipv4.vs.expire_nodest_conn = 0"),
        new("sysctl restore", "gorb sysctl restore", 0, @"^set +net\.ipv4\.ip_forward = 1$"),
        new("sysctl restore", "gorb sysctl restore net.ipv4.nonsense", 4, "is not a setting that Gorb has set"),
    ];

    private static IReadOnlyList<VerbCase> Access =>
    [
        new("token create", "gorb token create reader --role read", 0, "^gorb_"),
        new("token create", "gorb token create ci --role king", 2, "king"),
        new("token list", "gorb token list", 0, "^reader +read "),
        new("token list", "gorb token list -s ftp://lb", 2, "ftp://lb"),
        new("token revoke", "gorb token revoke reader && gorb token list", 0, "(?s)^NAME (?!.*reader)"),
        new("token revoke", "gorb token revoke no-such-token", 4, "no-such-token"),
        new("cert server", "gorb cert server lb1.example --dir certs && ls certs", 0, "^server.crt$"),
        new("cert server", "gorb cert server lb1.example --dir certs", 2, "--force"),
        new("cert client", "gorb cert client ci --role read --dir certs && ls certs", 0, "^client-ci.crt$"),
        new("cert client", "gorb cert client ci --role read --dir nowhere", 2, "nowhere"),
    ];

    private static IReadOnlyList<VerbCase> Contexts =>
    [
        new("context add", "gorb context add lab $GORB_ADDR && unset GORB_ADDR && gorb get services --context lab", 0, "^web "),
        new("context add", "gorb context add lab ftp://lb", 2, "ftp://lb"),
        new("context use", "gorb context use lab && unset GORB_ADDR && gorb get services", 0, "^web "),
        new("context use", "gorb context use nowhere", 2, "nowhere"),
        new("context list", "gorb context list", 0, @"^lab +\* +http"),
        new("context list", "mkdir -p broken/gorb; echo '{' >broken/gorb/contexts.json; XDG_CONFIG_HOME=broken gorb context list", 2, "broken/gorb/contexts.json"),
        new("context rm", "gorb context rm lab && ! gorb get services --context lab", 0, "there is no context 'lab'"),
        new("context rm", "gorb context rm lab", 2, "lab"),
    ];

    private static IReadOnlyList<VerbCase> Others =>
    [
        new("healthcheck", "gorb healthcheck -l ${GORB_ADDR#http://}", 0, @"\A\z"),
        new("healthcheck", "gorb healthcheck -l 127.0.0.1:1", 1, "127.0.0.1:1"),
        new("completion", "gorb completion bash", 0, "complete -o default -F _gorb gorb"),
        new("completion", "gorb completion tcsh", 2, "tcsh"),
        new("docker-link", "exec env DOCKER_HOST=unix:///nowhere/docker.sock gorb docker-link --gorb $GORB_ADDR", 0, "cannot be followed") { InterruptedAfter = "cannot be followed" },
        new("docker-link", "gorb docker-link --gorb ftp://lb", 2, "ftp://lb"),
    ];

    /// <summary>DIRECTOR is the name of one of them.</summary>
    private static IReadOnlyList<VerbCase> Cluster =>
    [
        new("cluster", "gorb cluster", 0, "^cluster: +none"),
        new("cluster", "gorb cluster", 0, "(?s)^director: +$DIRECTOR, .*^DIRECTOR .*^$DIRECTOR .* up to date ") { IsOfCluster = true },
        new("cluster", "gorb cluster --output xml", 2, "xml"),
        new("director drain", "gorb director drain $DIRECTOR", 0, "hands over") { IsOfCluster = true },
        new("director drain", "gorb director drain $DIRECTOR", 4, "cluster"),
        new("director resume", "gorb director resume $DIRECTOR", 0, "takes part again") { IsOfCluster = true },
        new("director resume", "gorb director resume $DIRECTOR", 4, "cluster"),
    ];
}
