using System.Net;
using Gorb.Ipvs.Processes;

namespace Gorb.Tests.Leases;

/// <summary>A link with several hosts, each with a kernel that removes addresses when their time is over. It notes when two hosts had one address.</summary>
internal sealed class TestWire
{
    private readonly Lock _lock = new();
    private readonly BootClock _clock = new();
    private readonly Dictionary<(IPAddress Address, string Host), long> _until = [];
    private readonly List<string> _doubled = [];
    private readonly List<(IPAddress Address, string Host)> _taken = [];

    /// <summary>Every time that a host added an address that another one still had.</summary>
    public IReadOnlyList<string> Doubled
    {
        get
        {
            lock (_lock)
            {
                return [.. _doubled];
            }
        }
    }

    /// <summary>Each time that an address came to a host, in order.</summary>
    public IReadOnlyList<(IPAddress Address, string Host)> Taken
    {
        get
        {
            lock (_lock)
            {
                return [.. _taken];
            }
        }
    }

    /// <summary>The hosts that have an address now.</summary>
    public IReadOnlyList<string> HoldersOf(IPAddress address)
    {
        lock (_lock)
        {
            return [.. _until.Where(entry => entry.Key.Address.Equals(address) && entry.Value > _clock.GetTimestamp()).Select(static entry => entry.Key.Host)];
        }
    }

    public void Hold(IPAddress address, string host, TimeSpan validFor)
    {
        lock (_lock)
        {
            if (HoldersOf(address) is var holders && holders.Any(other => other != host))
            {
                _doubled.Add($"{host} adds {address}, which {string.Join(',', holders)} has");
            }

            if (!holders.Contains(host))
            {
                _taken.Add((address, host));
            }

            _until[(address, host)] = _clock.GetTimestamp() + (long)(validFor.TotalSeconds * _clock.TimestampFrequency);
        }
    }

    public void Release(IPAddress address, string host)
    {
        lock (_lock)
        {
            _until.Remove((address, host));
        }
    }
}
