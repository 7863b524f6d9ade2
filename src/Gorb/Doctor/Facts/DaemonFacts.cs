using System.Net;
using Gorb.Client;
using Gorb.Health.Monitoring;
using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Targets.Host.Sync;

namespace Gorb.Doctor.Facts;

/// <summary>What a running daemon knows.</summary>
internal sealed record DaemonFacts
{
    /// <summary>The daemon's address for clients on this host.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:4672");

    /// <summary>The wanted table.</summary>
    public Table Table { get; init; } = Table.Empty;

    /// <summary>The health of the backends.</summary>
    public IReadOnlyList<BackendReport> Reports { get; init; } = [];

    /// <summary>The device of option -i.</summary>
    public string Device { get; init; } = "eth0";

    /// <summary>The firewall marks of checks by path.</summary>
    public MarkRange PathMarks { get; init; } = MarkRange.Default;

    /// <summary>Why the state file does not hold the wanted table; null when it does.</summary>
    public string? StoreFailure { get; init; }

    /// <summary>Entries that another program keeps changing.</summary>
    public IReadOnlyList<string> Contested { get; init; } = [];

    /// <summary>Other Gorbs on this kernel.</summary>
    public IReadOnlyCollection<string> Others { get; init; } = [];

    /// <summary>The two roles of the connection synchronization; none without it.</summary>
    public IReadOnlyList<SyncState> Sync { get; init; } = [];

    /// <summary>Why other directors of the cluster cannot be asked directly, for each of which that is so.</summary>
    public IReadOnlyCollection<string> Unreachable { get; init; } = [];

    /// <summary>Virtual addresses that need not be on this host: they are withdrawn, another program brings them, or another director holds them.</summary>
    public IReadOnlySet<IPAddress> NotHere { get; init; } = new HashSet<IPAddress>();

    /// <summary>How far the host's clock was set since the daemon started.</summary>
    public TimeSpan ClockShift { get; init; }

    /// <summary>The command that changes a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="body">The members to change, as JSON.</param>
    public string Patch(Service service, string body) => Patch(Uri.EscapeDataString(service.Name), body);

    /// <summary>The command that changes a backend.</summary>
    /// <param name="service">The backend's service.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="body">The members to change, as JSON.</param>
    public string Patch(Service service, Backend backend, string body) => Patch($"{Uri.EscapeDataString(service.Name)}/{Uri.EscapeDataString(backend.Name)}", body);

    private string Patch(string path, string body) => UnixSocketUrl.TryGetPath(Url, out var socket)
        ? $"curl -sS --unix-socket {ShellText.Quote(socket)} -X PATCH http://localhost/service/{path} -d '{body}'"
        : $"curl -sS -X PATCH {ShellText.Quote(Url.ToString())}service/{path} -d '{body}'";
}
