using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Gorb.Ipvs;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Targets.Host.Addresses;

namespace Gorb.Tests.Targets.Host.Addresses;

/// <summary>The links and addresses of a fake host: lo, and eth0 with 10.9.0.1/24 and fd00:9::1/64.</summary>
internal sealed class FakeNetwork
{
    private readonly Lock _lock = new();
    private readonly List<NetworkLink> _links = [];
    private readonly List<LinkAddress> _addresses = [];
    private readonly BlockingCollection<AddressNotice?> _notices = [];
    private uint _lastIndex;

    public FakeNetwork()
    {
        AddLink("lo", isUp: true, usesArp: false);
        AddLink("eth0", isUp: true, usesArp: true);
        Hold("eth0", "10.9.0.1", 24);
        Hold("eth0", "fd00:9::1", 64);
    }

    public string Boot { get; set; } = "boot1";

    /// <summary>Refuses an operation such as "add 10.9.0.100" by its result.</summary>
    public Func<string, Errno> Refuse { get; set; } = static _ => Errno.None;

    /// <summary>The changes made by clients and the frames sent, in order.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    public HostNetwork Host => new(() => new Client(this), () => new Monitor(this), () => new Announcer(this), new(Boot));

    /// <summary>The host addresses as "10.9.0.100 on gorb0".</summary>
    public IReadOnlyList<string> Held
    {
        get
        {
            lock (_lock)
            {
                return [.. _addresses.Where(static held => held.PrefixLength is 32 or 128).Select(held => $"{held.Address} on {Name(held.Link)}").Order(StringComparer.Ordinal)];
            }
        }
    }

    public NetworkLink AddLink(string name, bool isUp = false, bool usesArp = true)
    {
        lock (_lock)
        {
            _links.Add(new NetworkLink
            {
                Index = ++_lastIndex,
                Name = name,
                IsUp = isUp,
                IsRunning = isUp,
                IsEthernet = true,
                UsesArp = usesArp,
                HardwareAddress = PhysicalAddress.Parse("02-00-00-00-00-01"),
                Mtu = 1500,
                Kind = null,
            });
            return _links[^1];
        }
    }

    /// <summary>Removes a link with its addresses.</summary>
    public void RemoveLink(string name)
    {
        lock (_lock)
        {
            var index = _links.Find(link => link.Name == name)!.Index;
            _links.RemoveAll(link => link.Index == index);
            _addresses.RemoveAll(held => held.Link == index);
        }
    }

    /// <summary>Sets a link up or down, which takes its IPv6 addresses, and returns its new state.</summary>
    public NetworkLink Set(string name, bool isUp)
    {
        lock (_lock)
        {
            var place = _links.FindIndex(link => link.Name == name);
            _links[place] = _links[place] with { IsUp = isUp, IsRunning = isUp };
            _addresses.RemoveAll(held => !isUp && held.Link == _links[place].Index && held.PrefixLength == 128);
            return _links[place];
        }
    }

    /// <summary>Adds an address as another program would.</summary>
    public void Hold(string device, string address, byte prefix = 32)
    {
        lock (_lock)
        {
            _addresses.Add(new LinkAddress { Link = _links.Find(link => link.Name == device)!.Index, Address = IPAddress.Parse(address), PrefixLength = prefix, ValidFor = null, IsUsable = true });
        }
    }

    /// <summary>Removes an address from all links as another program would.</summary>
    public void Drop(string address)
    {
        lock (_lock)
        {
            _addresses.RemoveAll(held => held.Address.Equals(IPAddress.Parse(address)));
        }
    }

    public void Notify(AddressNotice notice) => _notices.Add(notice);

    /// <summary>The kernel's refusal.</summary>
    public static AddressException Refusal(string operation, Errno errno) => new(operation, new KernelError(errno, null));

    private string Name(uint link) => _links.Find(one => one.Index == link)!.Name;

    private void Check(string operation)
    {
        if (Refuse(operation) is var errno and not Errno.None)
        {
            throw Refusal(operation, errno);
        }

        Log.Enqueue(operation);
    }

    private sealed class Client(FakeNetwork host) : IAddressClient
    {
        public IReadOnlyList<NetworkLink> GetLinks()
        {
            lock (host._lock)
            {
                return [.. host._links];
            }
        }

        public NetworkLink? FindLink(string name) => GetLinks().FirstOrDefault(link => link.Name == name);

        public IReadOnlyList<LinkAddress> GetAddresses()
        {
            lock (host._lock)
            {
                return [.. host._addresses];
            }
        }

        public void Add(uint link, IPAddress address, TimeSpan? validFor = null)
        {
            var device = GetLinks().First(one => one.Index == link).Name;
            host.Check($"add {address} to {device}");
            host.Hold(device, $"{address}", (byte)(8 * address.GetAddressBytes().Length));
        }

        public bool Remove(uint link, IPAddress address)
        {
            host.Check($"remove {address} from {GetLinks().First(one => one.Index == link).Name}");
            lock (host._lock)
            {
                return host._addresses.RemoveAll(held => held.Link == link && held.Address.Equals(address) && held.PrefixLength is 32 or 128) > 0;
            }
        }

        public void AddDummy(string name)
        {
            host.Check($"make {name}");
            host.AddLink(name, usesArp: false);
        }

        public void SetUp(uint link) => host.Set(GetLinks().First(one => one.Index == link).Name, isUp: true);

        public void Dispose()
        {
        }
    }

    private sealed class Monitor(FakeNetwork host) : IAddressMonitor
    {
        public AddressNotice? WaitForChange() => host._notices.Take();

        public void StopWaiting() => host._notices.Add(null);

        public void Dispose()
        {
        }
    }

    private sealed class Announcer : IAnnouncer
    {
        private readonly FakeNetwork _host;

        public Announcer(FakeNetwork host)
        {
            _host = host;
            if (host.Refuse("open announcer") is var errno and not Errno.None)
            {
                throw Refusal("open a packet socket", errno);
            }
        }

        public bool Announce(NetworkLink link, IPAddress address)
        {
            _host.Log.Enqueue($"announce {address} on {link.Name}");
            return true;
        }

        public void Dispose()
        {
        }
    }
}
