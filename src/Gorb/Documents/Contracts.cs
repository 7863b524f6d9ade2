using System.Text.Json;

namespace Gorb.Documents;

/// <summary>A service as it is written (PUT, PATCH) and as GET shows it under "options".</summary>
internal record ServiceBody
{
    /// <summary>The virtual IP address, or a name for it. Default: the first address of the default device (-i).</summary>
    public string? Host { get; init; }

    /// <summary>The virtual port, 1 to 65535; 0 (every port) with persistence only.</summary>
    public int? Port { get; init; }

    /// <summary>tcp (default), udp or sctp.</summary>
    public string? Protocol { get; init; }

    /// <summary>Instead of host, port and protocol: the mark that a packet filter puts on this service's packets.</summary>
    public long? Fwmark { get; init; }

    /// <summary>For fwmark: ipv4 (default) or ipv6.</summary>
    public string? Family { get; init; }

    /// <summary>The scheduler: rr, wrr (default), lc, wlc, lblc, lblcr, sh, dh, sed, nq, fo, ovf, mh, twos.</summary>
    public string? Method { get; init; }

    /// <summary>Scheduler flags, joined by |: sh-fallback, sh-port, mh-fallback, mh-port, flag-1, flag-2, flag-3, no-fallback. sh and mh fall back
    /// (flag-1) unless it is no-fallback.</summary>
    public string? Flags { get; init; }

    /// <summary>True: a client stays on its backend. "persistence" says for how long.</summary>
    public bool? Persistent { get; init; }

    /// <summary>Details of persistence; giving it switches persistence on.</summary>
    public PersistenceBody? Persistence { get; init; }

    /// <summary>One-packet scheduling: every datagram is scheduled by itself (udp only).</summary>
    public bool? Ops { get; init; }

    /// <summary>True: destinations that others put into the kernel's entry of this service are removed. Default: they are left alone and shown.</summary>
    public bool? Exclusive { get; init; }

    /// <summary>The health check, or a list of them, of backends that bring none: {"type": "http", "interval": "5s", "args": {"path": "/health"}}.</summary>
    public JsonElement? Pulse { get; init; }

    /// <summary>What a backend counts as until its first check: up (default), down, or keep (new: up; after a restart: as before it).</summary>
    public string? Start { get; init; }

    /// <summary>How long a backend that came back takes to its full weight: "30s". Default: at once.</summary>
    public string? SlowStart { get; init; }

    /// <summary>What the kernel has of a backend that is down: nothing (remove: its connections end, and its clients move), weight 0 (quiesce: its connections
    /// go on), or auto (default): remove for udp and where weight 0 would not move its clients, else quiesce.</summary>
    public string? WhenDown { get; init; }

    /// <summary>Who gets new connections when every backend is down: fb-default (nobody), fb-zero-to-one (all, at weight 1) or sorry.</summary>
    public string? Fallback { get; init; }

    /// <summary>"30%": with fewer of its backends up, the service ignores the checks. Default: never.</summary>
    public string? MinHealthy { get; init; }

    /// <summary>With fallback sorry: who answers then.</summary>
    public SorryBody? Sorry { get; init; }

    /// <summary>A note of who made the service; kept and shown, never used.</summary>
    public string? Owner { get; init; }
}

/// <summary>Client affinity.</summary>
internal sealed record PersistenceBody
{
    /// <summary>How long a client is remembered after its last connection: "5m" (default), "1h30m", or a number of seconds; 2147483 at most.</summary>
    public JsonElement? Timeout { get; init; }

    /// <summary>How much of the client's address counts: "255.255.255.0", "24", or "64" for IPv6. Default: all of it.</summary>
    public string? Netmask { get; init; }

    /// <summary>Persistence engine: "sip", or none (default).</summary>
    public string? Engine { get; init; }
}

/// <summary>The backend that answers when no other is up.</summary>
internal sealed record SorryBody
{
    /// <summary>Its IP address.</summary>
    public string? Host { get; init; }

    /// <summary>Its port; default: the service's. 0 (each packet's own) for services of all ports and by fwmark.</summary>
    public int? Port { get; init; }

    /// <summary>nat (default), dr or tunnel.</summary>
    public string? Method { get; init; }
}

/// <summary>A backend as it is written (PUT, PATCH) and as GET shows it under "options".</summary>
internal sealed record BackendBody
{
    /// <summary>The backend's address or name; required.</summary>
    public string? Host { get; init; }

    /// <summary>The backend's port, 1 to 65535; required unless the service is for all ports or by fwmark.</summary>
    public int? Port { get; init; }

    /// <summary>nat (default), dr or tunnel (ipip is the same as tunnel).</summary>
    public string? Method { get; init; }

    /// <summary>Share of new connections, up to 2147483647. PUT: absent or 0 is 100, but 0 leaves a quiesced backend so. PATCH: 0 quiesces.</summary>
    public int? Weight { get; init; }

    /// <summary>How tunnelled packets are wrapped; for method tunnel.</summary>
    public TunnelBody? Tunnel { get; init; }

    /// <summary>Connections at which no new ones are sent here; 0 (default) is no limit.</summary>
    public long? UpperThreshold { get; init; }

    /// <summary>Connections below which new ones are sent again; default: three quarters of the upper threshold.</summary>
    public long? LowerThreshold { get; init; }

    /// <summary>The health check, or a list of them that must all pass: {"type": "tcp", "interval": "5s", "timeout": "2s", "rise": 2, "fall": 3, "args": {}}.
    /// Types: none, tcp, http, https, tls, udp, dns, grpc, ping, exec. Default: the service's, else tcp; none in services of udp and sctp.</summary>
    public JsonElement? Pulse { get; init; }

    /// <summary>True: no new connections, as weight 0, and GET shows how many are left. False (default) ends it.</summary>
    public bool? Drain { get; init; }

    /// <summary>The operator's word above the checks: up, down, or none (default).</summary>
    public string? Force { get; init; }

    /// <summary>The name of the service, as some of GORB's clients send it; must be the one in the path.</summary>
    public string? Vsid { get; init; }

    /// <summary>A note of who made the backend; kept and shown, never used.</summary>
    public string? Owner { get; init; }
}

/// <summary>How tunnelled packets are wrapped.</summary>
internal sealed record TunnelBody
{
    /// <summary>ipip (default), gue or gre.</summary>
    public string? Type { get; init; }

    /// <summary>UDP port on the backend; for gue, where it is required.</summary>
    public int? Port { get; init; }

    /// <summary>none (default), full or remote; for gue and gre.</summary>
    public string? Checksum { get; init; }
}

/// <summary>What GET shows of a service.</summary>
/// <param name="Options">The wish, with defaults filled in.</param>
/// <param name="Source">The source that declares it: api, file, or the name that a declaration gave itself.</param>
/// <param name="Address">The address the host stands for; null for a service by fwmark.</param>
/// <param name="Health">Mean health of the backends, 0 to 1; 1 without backends.</param>
/// <param name="Backends">Names of the backends.</param>
/// <param name="Unmanaged">Destinations in the kernel's entry that are neither backends nor the sorry backend; absent when there are none.</param>
/// <param name="Kernel">What the kernel counts.</param>
/// <param name="KernelError">Why the kernel shows nothing; absent when it does.</param>
internal sealed record ServiceView(
    ServiceBody Options, string Source, string? Address, double Health, IReadOnlyList<string> Backends, IReadOnlyList<string>? Unmanaged, TrafficView? Kernel, string? KernelError);

/// <summary>What GET shows of a backend.</summary>
/// <param name="Options">The wish, with defaults filled in.</param>
/// <param name="Source">The source that declares it: api, file, or the name that a declaration gave itself.</param>
/// <param name="Address">The address the host stands for.</param>
/// <param name="Metrics">Health.</param>
/// <param name="Pulse">What its checks found; absent until they are set up.</param>
/// <param name="Drain">How far draining has come; absent when it does not drain.</param>
/// <param name="Kernel">What the kernel has and counts.</param>
/// <param name="KernelError">Why the kernel shows nothing; absent when it does.</param>
internal sealed record BackendView(
    BackendBody Options, string Source, string Address, MetricsView Metrics, PulseView? Pulse, DrainView? Drain, DestinationView? Kernel, string? KernelError);

/// <summary>How far draining has come.</summary>
/// <param name="Connections">How many connections are left, established or not.</param>
/// <param name="PersistentClients">How many clients persistence still holds here. They do not keep the backend from being removed; where net.ipv4.vs.expire_quiescent_template is 1
/// their next connection goes elsewhere, else it still comes here.</param>
/// <param name="Until">When the backend is removed at the latest; absent when it is not removed.</param>
internal sealed record DrainView(long Connections, long PersistentClients, DateTimeOffset? Until);

/// <summary>Health of a backend.</summary>
/// <param name="Status">0 up, 1 down.</param>
/// <param name="Health">Share of good checks among the last ones, 0 to 1.</param>
/// <param name="Uptime">Seconds in the present status.</param>
internal sealed record MetricsView(int Status, double Health, long Uptime);

/// <summary>The health checks of a backend.</summary>
/// <param name="Transitions">How often it went up or down since the daemon started.</param>
/// <param name="ChangedAt">When it last did.</param>
/// <param name="Checks">Each check; the backend is up when all are.</param>
internal sealed record PulseView(int Transitions, DateTimeOffset? ChangedAt, IReadOnlyList<CheckView> Checks);

/// <summary>One health check.</summary>
/// <param name="Type">What it does.</param>
/// <param name="Target">What it looks at.</param>
/// <param name="Status">up or down; absent before the first result.</param>
/// <param name="Reason">What the last look found, in words.</param>
/// <param name="At">When that was.</param>
/// <param name="LatencyMs">How long it took, in milliseconds.</param>
/// <param name="Consecutive">How many results in a row were like the last one.</param>
internal sealed record CheckView(
    string Type, string Target, string? Status, string Reason, DateTimeOffset? At, double? LatencyMs, int Consecutive);

/// <summary>The kernel's entry of a backend.</summary>
/// <param name="Weight">The weight in force: of sh, a share of 256.</param>
/// <param name="ActiveConnections">Established connections; always 0 for UDP.</param>
/// <param name="InactiveConnections">Other connections.</param>
/// <param name="PersistentConnections">Clients that persistence holds here.</param>
/// <param name="Traffic">Counters and rates.</param>
/// <param name="Removed">True while the backend is down and therefore not in the kernel (when_down); absent when it is there.</param>
internal sealed record DestinationView(
    int Weight, uint ActiveConnections, uint InactiveConnections, uint PersistentConnections, TrafficView Traffic, bool? Removed = null);

/// <summary>Totals since the kernel's entry was made, of a backend with those of before it was taken out while down, and rates averaged over about eight seconds.</summary>
internal sealed record TrafficView(
    ulong Connections, ulong InPackets, ulong OutPackets, ulong InBytes, ulong OutBytes,
    ulong ConnectionsPerSecond, ulong InPacketsPerSecond, ulong OutPacketsPerSecond, ulong InBytesPerSecond, ulong OutBytesPerSecond);

/// <summary>Every error. The text starts with GORB's where GORB had one.</summary>
/// <param name="Error">What is wrong, in short.</param>
/// <param name="Details">Every problem that was found.</param>
internal sealed record ErrorView(string Error, IReadOnlyList<ErrorDetail>? Details);

/// <summary>One problem.</summary>
/// <param name="Field">The member, with its path; absent when no single one is to blame.</param>
/// <param name="Value">What was given.</param>
/// <param name="Problem">What is wrong with it and what to do instead.</param>
/// <param name="Line">In a document of /config: the line, from 1.</param>
/// <param name="Column">In a document of /config: the column, from 1.</param>
internal sealed record ErrorDetail(string? Field, string? Value, string Problem, int? Line = null, int? Column = null);

/// <summary>Whether the daemon can serve.</summary>
/// <param name="Ready">True when writes can reach the kernel.</param>
/// <param name="Reasons">Why not.</param>
/// <param name="Warnings">Entries of the kernel's table that something else keeps changing, so that Gorb repairs them only now and then.</param>
internal sealed record ReadinessView(bool Ready, IReadOnlyList<string> Reasons, IReadOnlyList<string> Warnings);
