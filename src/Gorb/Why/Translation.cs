using System.Net;
using Gorb.Ipvs.Nftables;
using Gorb.Targets.Host;
using Gorb.Targets.Host.Masquerade;

namespace Gorb.Why;

/// <summary>Whether a client's packets to a NAT backend get an address of this host (masquerade), so that the reply comes back without a route.</summary>
/// <param name="Backend">The backend's address.</param>
/// <param name="IsWanted">True when the service's member masquerade covers this client and backend.</param>
/// <param name="IsPossible">False when the kernel is set so that IPVS keeps its connections out of connection tracking, which translates.</param>
internal sealed record Translation(IPAddress Backend, bool IsWanted, bool IsPossible)
{
    /// <summary>The command that makes it possible; null where that is not missing.</summary>
    public string? Command => IsWanted && !IsPossible ? SysctlText.CommandFor(SysctlRules.Tracking, "1") : null;

    public static Translation Of(Question question, IPAddress backend) => new(backend, Covers(question, backend), question.Host.Setting(SysctlRules.Tracking) != "0");

    /// <summary>What the backend must do with its reply.</summary>
    public string Explain(Question question)
    {
        var through = $"the backend must send its reply to {question.Client} through this host";
        return this switch
        {
            { IsWanted: true, IsPossible: true } => "masquerade gives the client's packets an address of this host, to which the backend replies",
            { IsWanted: true } => $"{SysctlRules.Tracking} is 0, so that masquerade does not work: {through}",
            _ when question.Service.Spec.Masquerade == MasqueradeMode.Automatic => $"{through}: with masquerade auto this client keeps its address, and this host counts as the backend's router, which cannot be seen from here",
            _ when IsNeighbour(question) => $"{through}, but both are in one network: without a route for that, the backend answers directly, and the client drops the reply",
            _ => $"{through}, which cannot be seen from here",
        };
    }

    /// <summary>As the rules in the kernel decide it: with auto, a client keeps its address only if the backend is on a network of this host that the client is not on.</summary>
    private static bool Covers(Question question, IPAddress backend) => question.Service.Spec.Masquerade switch
    {
        MasqueradeMode.Never => false,
        MasqueradeMode.Always => true,
        _ => !HostNetworks.Find(question.Host.Addresses).Any(network => network.Contains(backend) && !network.Contains(question.Client)),
    };

    private bool IsNeighbour(Question question) => question.Host.WireOf(Backend) is { } wire && question.Host.WireOf(question.Client) is { } other && wire.Index == other.Index;
}
