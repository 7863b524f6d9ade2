using System.Net.Sockets;
using System.Text;

namespace Gorb.Platform;

/// <summary>Tells the service manager when the daemon serves requests and when it stops (Type=notify of systemd; sd_notify(3)).</summary>
/// <param name="address">The manager's socket: a path, or a name after @.</param>
/// <param name="lifetime">The lifetime of the daemon.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ServiceNotifier(string address, IHostApplicationLifetime lifetime, ILogger<ServiceNotifier> logger) : IHostedService
{
    private const string Variable = "NOTIFY_SOCKET";

    private readonly ILogger _logger = logger;

    /// <summary>The manager's socket, from the environment; null without a manager. The variable is removed: programs that the daemon starts do not speak for it.</summary>
    public static string? TakeAddress()
    {
        var address = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return address is { Length: > 0 } ? address : null;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => Send("READY=1"));
        lifetime.ApplicationStopping.Register(() => Send("STOPPING=1"));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Send(string state)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(address is ['@', .. var name] ? $"\0{name}" : address));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            LogDeaf(state, Variable, address, error.Message);
        }
    }

    [LoggerMessage(3060, LogLevel.Warning, "The service manager cannot be told {State} ({Variable} is {Address}): {Reason}")]
    private partial void LogDeaf(string state, string variable, string address, string reason);
}
