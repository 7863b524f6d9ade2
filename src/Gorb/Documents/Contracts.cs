using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.Documents;

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
/// <param name="Operator">What an operator set above what the source declares; absent when nothing is set.</param>
/// <param name="Address">The address the host stands for.</param>
/// <param name="Metrics">Health.</param>
/// <param name="Pulse">What its checks found; absent until they are set up.</param>
/// <param name="Drain">How far draining has come; absent when it does not drain.</param>
/// <param name="Kernel">What the kernel has and counts.</param>
/// <param name="KernelError">Why the kernel shows nothing; absent when it does.</param>
internal sealed record BackendView(
    BackendBody Options, string Source, OperatorView? Operator, string Address, MetricsView Metrics, PulseView? Pulse, DrainView? Drain, DestinationView? Kernel, string? KernelError);

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
/// <param name="Via">path when it goes through IPVS; absent for a direct check.</param>
internal sealed record CheckView(
    string Type, string Target, string? Status, string Reason, DateTimeOffset? At, double? LatencyMs, int Consecutive, string? Via = null);

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

/// <summary>What an operator set on a backend that another source declares.</summary>
/// <param name="Weight">The weight; absent when it is the declared one.</param>
/// <param name="Force">up, down or none; absent when it is the declared one.</param>
/// <param name="Drain">Whether it drains; absent when it does as is declared.</param>
internal sealed record OperatorView(int? Weight, string? Force, bool? Drain)
{
    /// <returns>Null when nothing is set.</returns>
    public static OperatorView? Of(OperatorWords words) => words == default ? null
        : new OperatorView(words.Weight, words.Force is { } force ? PolicyWords.Force.Text(force) : null, words.Drain);
}

/// <summary>A source.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DeclaredAt">When it last declared its part; of before the daemon's start, when it last changed something. Absent for a source that declares nothing as a whole.</param>
/// <param name="Services">How many services it has.</param>
/// <param name="Backends">How many backends it has, in its services and in those of others.</param>
/// <param name="Conflicts">What it declares and does not have.</param>
/// <param name="Refused">What it has left out of its last declaration by itself, and why: the labels that a Docker link refuses, each with its container and the remedy.</param>
/// <param name="Error">Why its last declaration was refused; absent when it was not.</param>
internal sealed record SourceView(
    string Name, DateTimeOffset? DeclaredAt, int Services, int Backends, IReadOnlyList<SourceConflict> Conflicts, IReadOnlyList<string> Refused, string? Error);

/// <summary>What a declaration could not have.</summary>
/// <param name="Conflicts">Services and backends that other sources have, or that cannot join yet. They wait, and are taken as soon as that is possible.</param>
internal sealed record DeclarationView(IReadOnlyList<SourceConflict> Conflicts);

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
