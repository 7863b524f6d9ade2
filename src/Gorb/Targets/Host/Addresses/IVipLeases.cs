using System.Net;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Brings addresses to one director of the cluster at a time. Thread-safe; no call waits.</summary>
internal interface IVipLeases
{
    /// <summary>Why this director can hold nothing; null when it can.</summary>
    string? Trouble { get; }

    /// <summary>Sets the addresses that one director is to have.</summary>
    void Want(IReadOnlySet<IPAddress> addresses);

    /// <summary>The director that has an address, as far as this one knows; null when none has it.</summary>
    string? HolderOf(IPAddress address);

    /// <summary>Whether this director has an address, and has added it to this host.</summary>
    bool IsHere(IPAddress address);
}
