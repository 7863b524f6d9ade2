using System.Globalization;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>The program crowd.c: compiled once, with a server in each backend, and many clients with one address each.</summary>
public sealed class Crowd : IAsyncLifetime
{
    /// <summary>The clients of a group: all addresses of a network of 22 bits, so that every bucket of sh has the same number of them.</summary>
    public const int Size = 1024;

    public const int BackendPort = 8090;

    /// <summary>The answer of the sorry backend, and its port on b3.</summary>
    public const char Sorry = 's';
    public const int SorryPort = 8091;

    private const string Clients = "10.10.0.0/21"; // both groups
    private static readonly string[] FirstOfGroup = ["10.10.0.0", "10.10.4.0"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gorb-crowd-");
    private readonly List<LoggedProcess> _servers = [];

    private string Program => Path.Combine(_directory.FullName, "crowd");

    /// <summary>The answer of a backend.</summary>
    public static char Answer(string backend) => backend[1];

    public async ValueTask InitializeAsync()
    {
        Shell.Run("gcc", "-O1", "-Wall", "-Werror", "-o", Program, Repository.Path("tests/Gorb.KernelTests/Traffic/crowd.c"));
        Shell.Run("ip", "-n", NetworkNamespace.Client, "route", "add", "local", Clients, "dev", "lo");
        Shell.Run("ip", "route", "add", Clients, "via", "10.9.0.10", "dev", "br0");
        foreach (var backend in Network.Backends)
        {
            await ServeAsync(backend, Answer(backend), BackendPort);
        }

        await ServeAsync("b3", Sorry, SorryPort);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        Shell.Run("ip", "route", "delete", Clients);
        Shell.Run("ip", "-n", NetworkNamespace.Client, "route", "delete", "local", Clients, "dev", "lo");
        _directory.Delete(recursive: true);
    }

    /// <summary>Lets a group of clients visit services of the first virtual address.</summary>
    /// <param name="protocol">tcp: a new connection for each visit. udp: one datagram from the source port, which continues the client's flow.</param>
    /// <param name="firstPort">The port of the first service; the other services have the ports after it.</param>
    /// <param name="services">The number of services.</param>
    /// <param name="group">0 or 1: the group of clients.</param>
    /// <param name="clients">The number of clients from the group, up to <see cref="Size"/>.</param>
    /// <param name="source">The source port for the first service; it must be unique for every service and TCP connection.</param>
    /// <returns>For each service the answers of all clients: <see cref="Answer"/>, ! for a refusal, ? for no answer.</returns>
    internal string[] Visit(string protocol, int firstPort, int services, int group, int clients, int source)
    {
        object[] arguments = ["netns", "exec", NetworkNamespace.Client, Program, "visit", protocol, Network.Vip4, firstPort, services, FirstOfGroup[group], clients, source];
        return Shell.Run("ip", [.. arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!)]).Split('\n')[..^1];
    }

    private async Task ServeAsync(string backend, char name, int port)
    {
        var server = new LoggedProcess("ip", "netns", "exec", backend, Program, "serve", $"{name}", $"{Network.Address(backend)}", port.ToString(CultureInfo.InvariantCulture));
        _servers.Add(server);
        await server.LogsAsync("ready");
    }
}
