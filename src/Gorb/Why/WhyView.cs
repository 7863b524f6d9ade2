using System.Text.Json.Serialization;
using Gorb.Doctor;

namespace Gorb.Why;

/// <summary>How far a client's packet to a service gets.</summary>
/// <param name="Client">The client, with its port if one was asked for.</param>
/// <param name="Service">The service.</param>
/// <param name="Broken">True when the packet is lost on this host, or the host knows that it is lost later.</param>
/// <param name="Summary">The first broken link in one sentence, or that there is none.</param>
/// <param name="Command">A command that mends it; absent when only a person can decide, or nothing is broken.</param>
/// <param name="Steps">The steps of its way. Where the scheduler can choose several backends, the way to each follows.</param>
internal sealed record WhyView(string Client, string Service, bool Broken, string Summary, string? Command, IReadOnlyList<WhyStepView> Steps);

/// <summary>A step of the packet's way.</summary>
/// <param name="Step">address, neighbour, filter, service, entry, scheduler, backend, route, mtu, forwarding, client or return.</param>
/// <param name="Result">ok: the packet gets past it; broken: it is lost; unknown: this host cannot see it.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Backend">The backend; absent for the way to the service.</param>
/// <param name="Command">A command that mends it; absent when only a person can decide.</param>
internal sealed record WhyStepView(string Step, string Result, string Seen, string? Backend, string? Command);

/// <summary>The serializer of the answers, generated at build time because native AOT has no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    IndentCharacter = '\t',
    IndentSize = 1)]
[JsonSerializable(typeof(WhyView))]
internal sealed partial class WhyJson : JsonSerializerContext
{
    /// <summary>The serializer for texts that people read in a terminal.</summary>
    public static WhyJson Plain => field ??= new(TerminalJson.OptionsOf(Default));
}
