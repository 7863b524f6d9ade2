using System.Net;
using Gorb.Ipvs;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Sockets;
using Gorb.Model;
using Gorb.Targets.Host;
using Gorb.Targets.Ipvs;

namespace Gorb.Leases;

/// <summary>
/// Saves young connections while their address is handed over. The director that had it still tells of them for three seconds (the kernel's sync daemon collects messages for two, and looks each
/// second); until then this one would answer their packets with a reset, and pass their backends' replies on untranslated. The guard makes its kernel drop both, so that they are sent again, and meet the
/// connection when it is known. New connections are balanced meanwhile. Thread-safe.
/// </summary>
/// <param name="clients">Read whether the kernel learns of other directors' connections.</param>
/// <param name="table">Returns the wanted table.</param>
/// <param name="sysctls">The kernel's settings.</param>
/// <param name="maySet">False when the operator wants no setting to be changed (--sysctl check or off).</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class HandoverGuard(IpvsClientFactory clients, Func<Table> table, SysctlFiles sysctls, bool maySet, TimeProvider clock, ILogger<HandoverGuard> logger) : IDisposable
{
    /// <summary>With it, the kernel drops replies of backends that belong to no connection, and tells the backend "port unreachable", which ends no established connection.</summary>
    public const string DropsReplies = "net.ipv4.vs.nat_icmp_send";

    private const string Off = "0";

    /// <summary>What the guard sets. The kernel takes every number but 0 for yes; by this one, what a killed process left is known at the next start.</summary>
    private const string Mark = "4673";

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, (SilentListener Listener, int Uses)> _listeners = [];
    private int _translating;

    /// <summary>Undoes what a guard left whose process was killed.</summary>
    public void Recover()
    {
        if (sysctls.Read(DropsReplies) == Mark)
        {
            sysctls.Write(DropsReplies, Off);
        }
    }

    /// <summary>Begins to guard an address, which this host is about to get, if the kernel learns of other directors' connections. It ends by itself. What cannot be guarded is logged.</summary>
    public void Begin(IPAddress address)
    {
        try
        {
            using var kernel = clients.Create();
            if (kernel.GetSyncDaemons().Any(static daemon => daemon.Role == SyncRole.Backup))
            {
                Begin(table().Services.Values.Where(service => service.Spec.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Tcp, Port: not 0 } key && address.Equals(key.Address)).ToList());
            }
        }
        catch (Exception error) when (error is IpvsException or NetlinkException)
        {
            LogNotGuarded($"{address}", error.Message);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _translating = 0;
            Recover();
        }
    }

    private void Begin(List<Service> services)
    {
        var isTranslated = services.Exists(static service => service.Backends.Values.Any(static backend => backend.Spec.Method == ForwardingMethod.Masquerade));
        _ = EndAsync([.. services.Select(static service => service.Spec.Key).Where(Listen)], maySet && isTranslated && DropReplies());
    }

    /// <returns>True when this call has to be made up for.</returns>
    private bool Listen(ServiceKey service)
    {
        lock (_lock)
        {
            if (_listeners.TryGetValue(service, out var open))
            {
                _listeners[service] = open with { Uses = open.Uses + 1 }; // the address came back within seconds
                return true;
            }

            if (SilentListener.TryOpen(new IPEndPoint(service.Address!, service.Port), out var error) is not { } listener)
            {
                LogNotGuarded($"{service}", error == Errno.EADDRINUSE ? "another program listens there on this host" : $"{error}");
                return false;
            }

            _listeners[service] = (listener, 1);
            return true;
        }
    }

    /// <returns>True when this call has to be made up for.</returns>
    private bool DropReplies()
    {
        lock (_lock)
        {
            if (_translating == 0 && (sysctls.Read(DropsReplies) != Off || sysctls.Write(DropsReplies, Mark) is not null))
            {
                return false; // another program's choice, or /proc/sys is read-only: the replies pass
            }

            _translating++;
            return true;
        }
    }

    private async Task EndAsync(List<ServiceKey> services, bool dropsReplies)
    {
        await Task.Delay(Duration, clock).ConfigureAwait(false);
        lock (_lock)
        {
            services.ForEach(Close);
            if (dropsReplies && _translating > 0 && --_translating == 0)
            {
                Recover();
            }
        }
    }

    private void Close(ServiceKey service)
    {
        var (listener, uses) = _listeners[service];
        if (uses > 1)
        {
            _listeners[service] = (listener, uses - 1);
            return;
        }

        _listeners.Remove(service);
        listener.Dispose();
    }

    [LoggerMessage(1297, LogLevel.Warning, "{Place}: connections younger than 3 s may be reset, while the address is handed over to this director: {Reason}")]
    private partial void LogNotGuarded(string place, string reason);
}
