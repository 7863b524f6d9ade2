using System.Net;

namespace Gorb.Leases;

/// <summary>Datagrams between directors, which may be lost, doubled or late. Thread-safe.</summary>
internal interface IPeerLink
{
    /// <summary>Where this director receives; null while it cannot.</summary>
    IPEndPoint? EndPoint { get; }

    /// <summary>Receives until it is cancelled.</summary>
    /// <param name="opened">Told when <see cref="EndPoint"/> is there.</param>
    /// <param name="receive">Gets each datagram, and returns the answer to its sender; null for none.</param>
    /// <param name="cancel">Ends it.</param>
    Task RunAsync(Action opened, Func<ReadOnlyMemory<byte>, byte[]?> receive, CancellationToken cancel);

    /// <summary>Sends a datagram, as far as that is possible.</summary>
    Task SendAsync(IPEndPoint to, ReadOnlyMemory<byte> datagram, CancellationToken cancel);
}
