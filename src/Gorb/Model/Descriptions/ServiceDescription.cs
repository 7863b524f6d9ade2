using Gorb.Ipvs.Nftables;
using Gorb.Model.Checks;
using Gorb.Model.Policy;
using Duration = Gorb.Model.Descriptions.DurationMember<Gorb.Model.ServiceSpec>;
using Flag = Gorb.Model.Descriptions.FlagMember<Gorb.Model.ServiceSpec>;
using Percent = Gorb.Model.Descriptions.PercentMember<Gorb.Model.ServiceSpec>;
using ReaderFlag = Gorb.Model.Descriptions.ReaderFlag<Gorb.Model.ServiceSpec>;
using ReaderNumber = Gorb.Model.Descriptions.ReaderNumber<Gorb.Model.ServiceSpec>;
using ReaderText = Gorb.Model.Descriptions.ReaderText<Gorb.Model.ServiceSpec>;
using ReaderValue = Gorb.Model.Descriptions.ReaderValue<Gorb.Model.ServiceSpec>;

namespace Gorb.Model.Descriptions;

/// <summary>The members of a service. A self-contained member is added here and in <see cref="ServiceSpec"/>; the target or the policy implements its effect.</summary>
internal static class ServiceDescription
{
    /// <summary>Read by name, because <c>sorry</c> requires the sorry backend.</summary>
    public static WordMember<ServiceSpec, Fallback> Fallback { get; } = new(
        "fallback",
        "Which backends get new connections when all are down: `fb-default` (none), `fb-zero-to-one` (all, with weight 1) or `sorry` (the server in `sorry`).",
        PolicyWords.Fallback,
        static spec => spec.Fallback,
        static (spec, value) => spec with { Fallback = value })
    {
        Default = "`fb-default`",
        Section = Section.Policy,
        IsReadByName = true,
    };

    public static Description<ServiceSpec> All { get; } = new(
        "ServiceBody",
        "A service as it is written (PUT, PATCH) and as GET shows it under \"options\".",
        [
            new ReaderText("host", "The virtual IP address, or a name for it.", static spec => spec.Key.IsFirewallMark ? null : spec.Host)
            {
                Default = "first address of the device `-i`",
                See = "[concepts](concepts.md#the-virtual-address)",
            },
            new ReaderNumber("port", "The virtual port, 1 to 65535; 0 is every port, with persistence only.", static spec => spec.Key.IsFirewallMark ? null : spec.Key.Port)
            {
                Default = "required",
            },
            new ReaderText("protocol", "`tcp`, `udp` or `sctp`.", static spec => spec.Key.IsFirewallMark ? null : KernelWords.Protocol.Text(spec.Key.Protocol))
            {
                Default = "`tcp`",
            },
            new ReaderNumber(
                "fwmark",
                "In place of host, port and protocol: the mark that a packet filter puts on the packets of this service.",
                static spec => spec.Key.IsFirewallMark ? spec.Key.FirewallMark : null,
                MemberKind.LargeNumber),
            new ReaderText("family", "For `fwmark`: `ipv4` or `ipv6`.", static spec => spec.Key.IsFirewallMark ? KernelWords.Family.Text(spec.Key.Family) : null)
            {
                Default = "`ipv4`",
            },
            new ReaderText(
                "method",
                "The scheduler: `rr`, `wrr`, `lc`, `wlc`, `lblc`, `lblcr`, `sh`, `dh`, `sed`, `nq`, `fo`, `ovf`, `mh` or `twos`.",
                static spec => spec.Method)
            {
                Default = "`wrr`",
                See = "[schedulers](concepts.md#schedulers)",
            },
            new ReaderText(
                "flags",
                "Flags of the scheduler, joined by `|`: `sh-fallback`, `sh-port`, `mh-fallback`, `mh-port`, `flag-1`, `flag-2`, `flag-3`, `no-fallback`. "
                    + "`sh` and `mh` fall back (`flag-1`) unless it is `no-fallback`.",
                static spec => spec.Flags)
            {
                Default = "none",
            },
            new ReaderFlag("persistent", "`true`: a client stays on its backend. `persistence` says for how long.", static spec => spec.Persistence is not null)
            {
                Default = "`false`",
            },
            new ReaderObject<ServiceSpec, PersistenceOptions>(
                "persistence",
                PersistenceDescription.All,
                static spec => spec.Persistence is not null,
                static spec => new PersistenceOptions(spec.Persistence!.Value, spec.PersistenceEngine)),
            new Flag(
                "ops",
                "One-packet scheduling: each datagram is scheduled by itself (`udp` only).",
                static spec => spec.OnePacket,
                static (spec, value) => spec with { OnePacket = value })
            {
                Default = "`false`",
                StoredName = "one_packet",
            },
            new Flag(
                "exclusive",
                "`true`: destinations that others put into the kernel's entry of this service are removed; otherwise they stay and are shown as `unmanaged`.",
                static spec => spec.Exclusive,
                static (spec, value) => spec with { Exclusive = value })
            {
                Default = "`false`",
            },
            new FlagOrWordMember<ServiceSpec, MasqueradeMode>(
                "masquerade",
                "NAT only: `true`: clients get a source address of the director (source NAT), so that replies come back through it wherever a backend's default route leads. "
                    + "`auto`: only clients on the backend's own network, or all if the backend is on no network of the director.",
                KernelWords.Masquerade,
                static spec => spec.Masquerade,
                static (spec, value) => spec with { Masquerade = value })
            {
                Default = "`false`",
                See = "[replies through the director](concepts.md#replies-through-the-director)",
            },
            new ReaderValue(
                "pulse",
                "The health check, or a list of them, of backends that have none of their own: `{\"type\": \"http\", \"interval\": \"5s\", \"args\": {\"path\": \"/health\"}}`.",
                static spec => SecretHeaders.Hide(spec.Pulse))
            {
                Default = "TCP connect",
                See = "[health checks](health-checks.md)",
            },
            new WordMember<ServiceSpec, StartPolicy>(
                "start",
                "Verdict of a backend before its first result: `up`, `down` or `keep` (new: up; after a restart: as before it).",
                PolicyWords.Start,
                static spec => spec.Start,
                static (spec, value) => spec with { Start = value })
            {
                Default = "`up`",
                See = "[after a restart](health-checks.md#after-a-restart)",
                Section = Section.Policy,
            },
            new Duration(
                "slow_start",
                "Time in which the weight of a returning backend grows to its full value, such as `30s`.",
                MaxSlowStart,
                "at once",
                static spec => spec.SlowStart,
                static (spec, value) => spec with { SlowStart = value })
            {
                Default = "at once",
                See = "[slow start](health-checks.md#slow-start)",
                Section = Section.Policy,
            },
            new WordMember<ServiceSpec, WhenDown>(
                "when_down",
                "What happens to the kernel entry of a backend that is down: it is removed (`remove`: its connections end, and its clients move), gets weight 0 "
                    + "(`quiesce`: its connections continue), or `auto`: `remove` for UDP and where weight 0 would not move its clients, else `quiesce`.",
                PolicyWords.WhenDown,
                static spec => spec.WhenDown,
                static (spec, value) => spec with { WhenDown = value })
            {
                Default = "`auto`",
                See = "[when a backend is down](health-checks.md#when-a-backend-is-down)",
                Section = Section.Policy,
            },
            new WordMember<ServiceSpec, Withdraw>(
                "withdraw",
                "`when-down`: the address is taken off the device of `--vip-interface` while no backend of any of its services is up, so that routers send clients to another director; "
                    + "it comes back once a backend has been up for 10 s. All services of the address must ask for it. `never`: the address stays.",
                PolicyWords.Withdraw,
                static spec => spec.Withdraw,
                static (spec, value) => spec with { Withdraw = value })
            {
                Default = "`never`",
                See = "[routing protocols](bgp.md)",
                Section = Section.Policy,
            },
            new WordMember<ServiceSpec, VipMode>(
                "vip",
                "Which hosts have the address: one director of a cluster at a time (`leased`), every director (`everywhere`, for anycast by a routing protocol), or the host to which another program, "
                    + "such as keepalived, brings it (`external`: Gorb neither adds nor removes it). Of several services on one address, `external` counts before `everywhere`, and that before `leased`. "
                    + "A director without a cluster has the address in either of the first two cases. Without `--vip-interface`, Gorb adds no address.",
                PolicyWords.Vip,
                static spec => spec.Vip,
                static (spec, value) => spec with { Vip = value })
            {
                Default = "`leased`",
                See = "[several directors](cluster.md)",
                Section = Section.Policy,
            },
            Fallback,
            new Percent(
                "min_healthy",
                "Below this percentage of healthy backends, such as `30%`, health checks are ignored and all backends keep their weights.",
                static spec => spec.MinHealthy,
                static (spec, value) => spec with { MinHealthy = value })
            {
                Default = "never",
                Section = Section.Policy,
            },
            new ReaderObject<ServiceSpec, SorrySpec>("sorry", SorryDescription.All, static spec => spec.Sorry is not null, static spec => spec.Sorry!) { Section = Section.Policy },
            new Duration(
                "grace",
                "How long the service stays once its source no longer declares it, unless another service wants its address: `1m`.",
                MaxGrace,
                "not at all",
                static spec => spec.Grace,
                static (spec, value) => spec with { Grace = value })
            {
                Default = "none",
            },
        ]);

    private static TimeSpan MaxSlowStart => TimeSpan.FromDays(1);

    private static TimeSpan MaxGrace => TimeSpan.FromDays(30);
}
