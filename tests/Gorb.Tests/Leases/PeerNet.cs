using System.Collections.Concurrent;
using System.Net;
using Gorb.Leases;

namespace Gorb.Tests.Leases;

/// <summary>A network of datagrams between directors, from which a director can be cut off.</summary>
internal sealed class PeerNet
{
    private readonly ConcurrentDictionary<IPEndPoint, Link> _links = [];
    private int _ports;

    /// <summary>Makes a link for a director.</summary>
    public Link Open() => new(this, new IPEndPoint(IPAddress.Loopback, Interlocked.Increment(ref _ports)));

    internal sealed class Link(PeerNet net, IPEndPoint endPoint) : IPeerLink
    {
        private volatile Func<ReadOnlyMemory<byte>, byte[]?>? _receive;
        private volatile bool _isCut;

        public IPEndPoint? EndPoint => _receive is null ? null : endPoint;

        /// <summary>How many datagrams it was sent.</summary>
        public int Received { get; private set; }

        public bool IsCut
        {
            get => _isCut;
            set => _isCut = value;
        }

        public async Task RunAsync(Action opened, Func<ReadOnlyMemory<byte>, byte[]?> receive, CancellationToken cancel)
        {
            _receive = receive;
            net._links[endPoint] = this;
            opened();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            }
            finally
            {
                net._links.TryRemove(endPoint, out _);
                _receive = null;
            }
        }

        public Task SendAsync(IPEndPoint to, ReadOnlyMemory<byte> datagram, CancellationToken cancel)
        {
            if (!_isCut && net._links.TryGetValue(to, out var other) && !other._isCut && other.Receive(datagram) is { } answer && !_isCut && !other._isCut)
            {
                Receive(answer);
            }

            return Task.CompletedTask;
        }

        private byte[]? Receive(ReadOnlyMemory<byte> datagram)
        {
            Received++;
            return _receive?.Invoke(datagram);
        }
    }
}
