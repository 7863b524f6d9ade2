using System.Net;
using Gorb.Ipvs.Processes;
using Gorb.Ipvs.Sockets;
using Gorb.Model;
using Gorb.Platform;

namespace Gorb.Access;

/// <summary>A user of this host, and whether it may do everything without a token.</summary>
internal sealed class LocalUser
{
    private readonly string _refusal;

    private LocalUser(Authority? authority, string refusal) => (Authority, _refusal) = (authority, refusal);

    /// <summary>The group whose members may do everything on this host.</summary>
    public const string Group = "gorb";

    /// <summary>What the user may do; null when it needs a token.</summary>
    public Authority? Authority { get; }

    /// <summary>Why a user needs a token, and what else helps.</summary>
    public string Refusal => Authority is null ? _refusal : throw new InvalidOperationException("The user is admitted.");

    /// <summary>The user at the other end of a connection of this host.</summary>
    public static LocalUser Find(ISocketOwners owners, IPEndPoint client, IPEndPoint server)
    {
        try
        {
            return owners.Find(client, server) is { } user
                ? Of(user)
                : Unknown("no program holds the other end of the connection any more, or a packet filter has changed its addresses");
        }
        catch (SocketOwnerException error)
        {
            return Unknown(error.Message);
        }
    }

    private static LocalUser Of(uint user)
    {
        var actor = SystemNames.Actor(user);
        return IsAdmitted(user)
            ? new LocalUser(Model.Authority.Unlimited(actor), "")
            : new LocalUser(null, $"it comes from {actor}, and on loopback only root, the daemon's own user and members of the group {Group} need none: "
                + $"make the user one (groupadd -f {Group}; usermod -aG {Group} {SystemNames.OfUser(user) ?? "NAME"})");
    }

    private static LocalUser Unknown(string reason) => new(null, $"the user who sends it over loopback is not known ({reason}): use the Unix socket");

    private static bool IsAdmitted(uint user) => user == 0 || user == CurrentUser.Id || SystemNames.IsMember(user, Group);
}
