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

    /// <summary>Since when this director keeps an address without etcd, by the promise of all other directors; null when it does not.</summary>
    DateTimeOffset? KeptSince(IPAddress address);

    /// <summary>Why this director does not take an address that no director has, and for how long; null when it takes it as soon as it can.</summary>
    string? FindWait(IPAddress address);

    /// <summary>The directors that do not answer this one directly, each with the reason in words: while there is one, addresses are given up when etcd is away.</summary>
    IReadOnlyDictionary<string, string> Unreachable { get; }

    /// <summary>Whether this director has an address, and has added it to this host.</summary>
    bool IsHere(IPAddress address);
}
