using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Paths;

/// <summary>
/// The paths of checks through IPVS: in the kernel, a service by firewall mark for each backend that is checked by path, with that backend as its only destination.
/// A table without such checks costs no message.
/// </summary>
internal sealed class PathTarget(IpvsClientFactory clients, PathMarks marks) : ITarget, IDisposable
{
    private IIpvsClient? _client;
    private bool _isUsed;
    private bool _knowsForeign;

    public string Name => "path";

    public string Description => "the paths of checks";

    public string OtherWriters => "keepalived, kube-proxy or a script with ipvsadm";

    /// <summary>Below the kernel's services, which rely on nothing here.</summary>
    public int Rank => int.MaxValue - 1;

    public ILedger Ledger => Owned;

    /// <summary>The entries that Gorb owns.</summary>
    internal PathLedger Owned { get; } = new(marks.Range);

    /// <summary>The entries that the kernel has.</summary>
    internal PathMarks Marks => marks;

    public void Start()
    {
        // The kernel's table reports the state of IPVS.
    }

    public bool Matches(Table wanted)
    {
        _isUsed = wanted.Services.Values.Any(PathChecks.Uses);
        return !_isUsed && Owned.Owned.IsEmpty;
    }

    public void Flush()
    {
        // The kernel's table flushes all services, those by mark included.
    }

    public IObservation Observe() => new PathObservation(this, _isUsed || !Owned.Owned.IsEmpty ? Exchange(ReadAll) : new Dictionary<ServiceKey, KernelService>());

    public ITargetBatch BeginBatch() => new PathBatch(this);

    /// <summary>Logs nothing: the kernel's table cannot be used for the same reason, and reports it.</summary>
    public void Report(string? trouble)
    {
    }

    public void Dispose() => _client?.Dispose();

    /// <summary>Gives a path a mark, if it has none and one is free.</summary>
    internal void Own(ProbePath path, Table wanted)
    {
        if (!_knowsForeign && Owned.Find(path) is null)
        {
            NoteForeign();
        }

        Owned.GetOrAdd(path, wanted);
    }

    /// <summary>Reads the service of an entry; null when the kernel does not have it.</summary>
    /// <exception cref="TargetException">The kernel cannot be read.</exception>
    internal KernelService? Read(PathEntry entry) => Exchange(client => client.FindService(entry.Key) is { } found ? Read(client, found.Service) : null);

    /// <summary>Records whether the kernel has the service of an entry as it should be.</summary>
    internal bool NoteState(PathEntry entry, bool isRight)
    {
        if (isRight)
        {
            marks.Add(entry);
        }
        else
        {
            marks.Remove(entry.Path);
        }

        return isRight;
    }

    /// <summary>Runs an exchange with the kernel.</summary>
    /// <exception cref="TargetException">The kernel cannot be reached, or its answers were lost.</exception>
    internal T Exchange<T>(Func<IIpvsClient, T> exchange)
    {
        try
        {
            return exchange(_client ??= clients.Create());
        }
        catch (IpvsException error)
        {
            throw new TargetUnavailableException(this, error);
        }
        catch (NetlinkException error)
        {
            throw new AnswersLostException(this, error);
        }
    }

    private static KernelService Read(IIpvsClient client, VirtualService service) =>
        new(service, [.. client.GetDestinations(service.Key).Select(static entry => entry.Destination)]);

    /// <summary>Reads the services of the owned entries, and gives up entries whose mark another program has taken: its service leads somewhere else.</summary>
    private Dictionary<ServiceKey, KernelService> ReadAll(IIpvsClient client)
    {
        var owned = Owned.Owned.ToDictionary(static entry => entry.Key);
        var found = new Dictionary<ServiceKey, KernelService>();
        var services = client.GetServices().Select(static entry => entry.Service).ToList();
        NoteForeign(services);
        foreach (var service in services.Where(service => owned.ContainsKey(service.Key)))
        {
            var (entry, have) = (owned[service.Key], Read(client, service));
            if (have.Destinations.Count > 0 && have.Find(entry.Path.Destination.Key) is null)
            {
                Owned.DropForeign(entry);
                marks.Remove(entry.Path);
            }
            else
            {
                found.Add(service.Key, have);
            }
        }

        return found;
    }

    private void NoteForeign()
    {
        try
        {
            NoteForeign([.. Exchange(static client => client.GetServices()).Select(static entry => entry.Service)]);
        }
        catch (TargetException)
        {
            // A mark of another program is then found when the kernel refuses it.
        }
    }

    private void NoteForeign(List<VirtualService> services)
    {
        _knowsForeign = true;
        var owned = Owned.Owned.Select(static entry => entry.Key).ToHashSet();
        Owned.NoteForeign(services.Select(static service => service.Key).Where(key => marks.Range.Contains(key.FirewallMark) && !owned.Contains(key)).Select(static key => key.FirewallMark));
    }
}
