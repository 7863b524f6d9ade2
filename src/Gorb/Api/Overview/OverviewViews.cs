using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Documents;
using Gorb.Model;

namespace Gorb.Api.Overview;

/// <summary>The whole table for dashboards: the answer of <c>GET /service?view=full</c>, and what the deltas of <c>GET /events?deltas=true</c> keep up to date.</summary>
/// <param name="Revision">The version of this answer, from which deltas go on (since). It means nothing else.</param>
/// <param name="KernelError">Why the kernel's table cannot be read; absent when it can.</param>
/// <param name="Services">The services by name.</param>
internal sealed record OverviewView(string Revision, string? KernelError, IReadOnlyDictionary<string, OverviewService> Services);

/// <summary>A service with its backends.</summary>
/// <param name="Address">Its address; absent for a service by firewall mark.</param>
/// <param name="Port">Its port; absent for a service by firewall mark.</param>
/// <param name="Protocol">tcp, udp or sctp; absent for a service by firewall mark.</param>
/// <param name="Fwmark">Its firewall mark; absent for a service by address.</param>
/// <param name="Method">The scheduler.</param>
/// <param name="Source">The source that declares it.</param>
/// <param name="State">up; degraded: some backends are down or drain; down: all are; empty: it has none.</param>
/// <param name="Health">Share of the backends that are up, 0 to 1; 1 without backends.</param>
/// <param name="Draining">True while it is removed with the last of its backends; else absent.</param>
/// <param name="GraceUntil">When it is removed, because its source no longer declares it; else absent.</param>
/// <param name="Unmanaged">Destinations in the kernel's entry that are neither backends nor the sorry backend; absent when there are none.</param>
/// <param name="KernelError">Why the kernel has no entry of it; absent when it has one.</param>
/// <param name="Traffic">What the kernel measures; absent when it has no entry.</param>
/// <param name="Backends">Its backends by name.</param>
internal sealed record OverviewService(
    string? Address, ushort? Port, string? Protocol, uint? Fwmark, string Method, string Source, string State, double Health, bool? Draining, DateTimeOffset? GraceUntil,
    ValueList<string>? Unmanaged, string? KernelError, OverviewTraffic? Traffic,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, OverviewBackend>? Backends = null); // null: the writer adds them one by one

/// <summary>A backend.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Method">nat, dr or tunnel.</param>
/// <param name="Source">The source that declares it.</param>
/// <param name="State">up; down; draining; unchecked: its checks have no result yet, or have failed too few times to count.</param>
/// <param name="Reason">Why it is in this state, in words; absent without checks.</param>
/// <param name="Since">When it went up or down; of a backend that never did, when it was added.</param>
/// <param name="Weight">The wanted weight: the operator's, else that of the source.</param>
/// <param name="Force">up or down where that overrules the checks; else absent.</param>
/// <param name="Operator">What an operator set above what the source declares; absent when nothing is set.</param>
/// <param name="DrainUntil">When it is removed at the latest; absent when it is not leaving.</param>
/// <param name="KernelError">Why the kernel has no entry of it, though it should; else absent.</param>
/// <param name="Kernel">The kernel's entry; absent when there is none: without kernel_error Gorb took it out while the backend is down (when_down).</param>
/// <param name="Checks">The last result of each check.</param>
internal sealed record OverviewBackend(
    string Address, ushort Port, string Method, string Source, string State, string? Reason, DateTimeOffset Since, int Weight, string? Force, OperatorView? Operator,
    DateTimeOffset? DrainUntil, string? KernelError, OverviewKernel? Kernel, ValueList<OverviewCheck> Checks);

/// <summary>The kernel's entry of a backend.</summary>
/// <param name="Weight">The weight in force: of sh, a share of 256.</param>
/// <param name="ActiveConnections">Established connections; always 0 for UDP.</param>
/// <param name="InactiveConnections">Other connections.</param>
/// <param name="PersistentConnections">Clients that persistence holds here.</param>
/// <param name="Traffic">What the kernel measures.</param>
internal sealed record OverviewKernel(int Weight, uint ActiveConnections, uint InactiveConnections, uint PersistentConnections, OverviewTraffic Traffic);

/// <summary>Rates averaged over about eight seconds.</summary>
/// <param name="ConnectionsPerSecond">New connections a second.</param>
/// <param name="InPacketsPerSecond">Packets a second from clients.</param>
/// <param name="OutPacketsPerSecond">Packets a second to clients that pass through the director (nat).</param>
/// <param name="InBytesPerSecond">Bytes a second from clients.</param>
/// <param name="OutBytesPerSecond">Bytes a second to clients that pass through the director (nat).</param>
internal sealed record OverviewTraffic(ulong ConnectionsPerSecond, ulong InPacketsPerSecond, ulong OutPacketsPerSecond, ulong InBytesPerSecond, ulong OutBytesPerSecond);

/// <summary>The last result of a check.</summary>
/// <param name="Type">The type of the check.</param>
/// <param name="Target">Where it goes.</param>
/// <param name="Status">up or down; absent before the first result.</param>
/// <param name="Reason">The result, in words.</param>
/// <param name="At">When; absent before the first result.</param>
/// <param name="LatencyMs">How long it took; absent before the first result.</param>
internal sealed record OverviewCheck(
    string Type, string Target,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Status, // a merge patch takes lists as they are, so that null would not mean absent
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LatencyMs);

/// <summary>The serializer of the overview, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OverviewView))]
internal sealed partial class OverviewJson : JsonSerializerContext
{
    /// <summary>The serializer of changes: an absent member is null, which removes it (RFC 7396).</summary>
    public static OverviewJson Patch => field ??= new(new JsonSerializerOptions(Default.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never });
}
