using System.Collections.Immutable;
using System.Net;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Logging;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>
/// The addresses of services on this host. Each address that a service wants and this host does not have is added to one device. Only what Gorb added is removed: an address
/// that was there before stays another program's. Without a device nothing is added, and addresses that Gorb added earlier stay until their last service is gone.
/// </summary>
internal sealed partial class VipTarget : ITarget, IDisposable
{
    private readonly IAddressClient _client;
    private readonly VipOptions _options;
    private readonly AddressWatch _watch;
    private readonly WithdrawalNews _news;
    private readonly IVipLeases? _leases;
    private readonly RepeatFilter _repeats = new();
    private readonly ILogger _logger;
    private ImmutableHashSet<IPAddress> _told = [];
    private volatile bool _hasFlapped;

    /// <param name="network">This host's network.</param>
    /// <param name="options">The device.</param>
    /// <param name="ledger">What Gorb added.</param>
    /// <param name="counts">Decides which addresses are wanted.</param>
    /// <param name="announcements">Tells the neighbours.</param>
    /// <param name="watch">Notices changes by others.</param>
    /// <param name="news">Tells of withdrawals.</param>
    /// <param name="leases">Holds the addresses that one director of a cluster is to have; null without a cluster.</param>
    /// <param name="logger">The log.</param>
    public VipTarget(
        HostNetwork network, VipOptions options, VipLedger ledger, AddressCounts counts, AnnouncementQueue announcements, AddressWatch watch, WithdrawalNews news, IVipLeases? leases, ILogger<VipTarget> logger)
    {
        _leases = leases;
        _client = network.Connect();
        _options = options;
        Addresses = ledger;
        Counts = counts;
        Announcements = announcements;
        _news = news;
        _logger = logger;
        _watch = watch;
        _watch.Noticed += Note;
        _watch.LinkUp += AnnounceOn;
        _watch.LinkDown += NoteDown;
    }

    public string Name => "vips";

    public string Description => "the host's addresses";

    public string OtherWriters => "systemd-networkd, NetworkManager, keepalived or a script with \"ip addr\"";

    /// <summary>The lowest rank: an address is there before its service, and goes after it.</summary>
    public int Rank => 0;

    public ILedger Ledger => Addresses;

    public event Action? Changed
    {
        add => _watch.Changed += value;
        remove => _watch.Changed -= value;
    }

    /// <summary>The addresses that Gorb added.</summary>
    public VipLedger Addresses { get; }

    public AnnouncementQueue Announcements { get; }

    public AddressCounts Counts { get; }

    /// <summary>The device to which addresses are added; null for none.</summary>
    public string? Device => _options.Device;

    /// <summary>False when there is nothing to add and nothing to remove.</summary>
    public bool IsActive => Device is not null || !Addresses.Owned.IsEmpty;

    public void Start()
    {
        if (Device is null)
        {
            return;
        }

        _watch.Start();
        try
        {
            if (PrepareDevice() is { } link)
            {
                LogDevice(link.Name);
            }
            else
            {
                Report(VipErrors.NoDevice(Device));
            }
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            Report(error.Message);
        }
    }

    public bool Matches(Table wanted)
    {
        Addresses.ForgetEarlierBoots();
        if (!IsActive)
        {
            return true;
        }

        if (Device is null)
        {
            LogKept(string.Join(", ", Addresses.Owned.Select(static key => $"{key.Address} on {key.Device}").Order(StringComparer.Ordinal)));
        }

        try
        {
            var host = Read();
            var counts = Device is null ? Counts.Of(wanted) : Counts.Begin(wanted, address => host.DevicesOf(address).Any());
            TellLeases();
            return !Addresses.Owned.Any(key => IsReleased(key, counts)) && Compare(host, counts).Count == 0;
        }
        catch (TargetException)
        {
            return false; // the comparison that follows reports it
        }
    }

    /// <summary>Does nothing: an operator who empties the kernel's IPVS table does not ask for the host's addresses.</summary>
    public void Flush()
    {
    }

    public IObservation Observe()
    {
        var hasFlapped = _hasFlapped;
        _hasFlapped = false; // reset first: a change from now on is for the next comparison
        return new VipObservation(this, IsActive ? Read() : new HostAddresses([], []), hasFlapped);
    }

    public ITargetBatch BeginBatch() => new VipBatch(this);

    public void Report(string? trouble)
    {
        if (trouble is null)
        {
            _repeats.End();
        }
        else if (_repeats.IsNew(trouble))
        {
            LogTrouble(trouble);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _news.Dispose();
    }

    /// <summary>Tells of addresses that are withdrawn and that come back, and which ones one director of the cluster is to have.</summary>
    public void Tell(Table wanted)
    {
        if (Device is not null)
        {
            _news.Tell(wanted);
            TellLeases();
        }
    }

    /// <exception cref="TargetUnavailableException">The kernel does not answer.</exception>
    public HostAddresses Read()
    {
        try
        {
            return HostAddresses.Read(_client);
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            throw new TargetUnavailableException(this, error);
        }
    }

    /// <summary>Runs an exchange that changes addresses.</summary>
    /// <exception cref="TargetException">The kernel refuses the exchange as a whole, or its answers were lost.</exception>
    public void Exchange(Action<IAddressClient> exchange)
    {
        try
        {
            exchange(_client);
        }
        catch (NetlinkException error)
        {
            throw new AnswersLostException(this, error);
        }
        catch (AddressException error)
        {
            throw new TargetUnavailableException(this, error);
        }
    }

    /// <inheritdoc cref="VipOptions.Prepare"/>
    public NetworkLink? PrepareDevice() => _options.Prepare(_client);

    /// <summary>Computes what has to be added and removed. Pure.</summary>
    /// <param name="host">What this host has.</param>
    /// <param name="wanted">The wanted addresses.</param>
    public List<VipChange> Compare(HostAddresses host, ImmutableDictionary<IPAddress, int> wanted) =>
    [
        .. wanted.Keys.Where(address => Device is { } device && !host.Has(device, address) && !host.HasForeign(address, Addresses)).Select(static address => new VipChange(address, IsAdded: true)),
        .. Addresses.Owned.Where(key => IsReleased(key, wanted) && host.Has(key.Device, key.Address)).Select(static key => key.Address).Distinct().Select(static address => new VipChange(address, IsAdded: false)),
    ];

    /// <summary>Whether an address is no longer to be on a device: no service wants it, or it belongs on another device.</summary>
    public bool IsReleased(VipKey key, ImmutableDictionary<IPAddress, int> wanted) => !wanted.ContainsKey(key.Address) || (Device is { } device && key.Device != device);

    private void TellLeases()
    {
        if (_leases is not null && !ReferenceEquals(Counts.Leased, _told))
        {
            _told = Counts.Leased;
            _leases.Want(_told);
        }
    }

    private void Note(AddressNotice notice)
    {
        var wanted = Counts.Latest;
        if (notice.IsLossy || notice.Removed.Any(wanted.ContainsKey) || notice.Links.Any(link => link.Name == Device))
        {
            _watch.RequestComparison();
        }
    }

    /// <summary>Neighbours on a link that comes up may have learnt another place of the addresses meanwhile.</summary>
    private void AnnounceOn(NetworkLink link) => Announcements.Post(Addresses.Owned.Select(static key => key.Address), link.Name);

    private void NoteDown(NetworkLink link) => _hasFlapped |= link.Name == Device;

    [LoggerMessage(1180, LogLevel.Information, "Addresses of services are added to {Device}")]
    private partial void LogDevice(string device);

    [LoggerMessage(1181, LogLevel.Error, "The addresses of services cannot be managed: {Reason}")]
    private partial void LogTrouble(string reason);

    [LoggerMessage(1182, LogLevel.Warning, "Without --vip-interface, no addresses are added. Those that Gorb added earlier stay until their last service is removed: {Addresses}")]
    private partial void LogKept(string addresses);
}
