using System.Globalization;
using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Docker.DotNet.X509;
using Gorb.Model.Text;

namespace Gorb.Sources.Docker;

/// <summary>The engine that the environment names, as for the docker command: DOCKER_HOST (with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH), or the default socket.</summary>
internal sealed class DockerEngine : IEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly DockerClient _client;

    /// <exception cref="EngineException">The environment is invalid.</exception>
    public DockerEngine()
    {
        try
        {
            var certificates = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH");
            var credentials = string.IsNullOrEmpty(certificates) ? null : DockerTlsCertificates.LoadFromDirectory(certificates).CreateCredentials();
            _client = new DockerClientBuilder().WithTimeout(Timeout).WithAuthProvider(new DirectConnection(credentials)).Build();
        }
        catch (Exception error) // including the library's own exception types
        {
            var reason = error is DirectoryNotFoundException or FileNotFoundException ? $"there is no {error.Message}" : error.Message;
            throw new EngineException($"the Docker engine that the environment names (DOCKER_HOST, DOCKER_CERT_PATH) cannot be used: {reason}", error);
        }
    }

    public async Task<EngineInfo> GetInfoAsync(CancellationToken stop)
    {
        var info = await AskAsync(token => _client.System.GetSystemInfoAsync(token), stop);
        return new EngineInfo(info.Name, DateTimeOffset.TryParse(info.SystemTime, CultureInfo.InvariantCulture, out var now) ? now : DateTimeOffset.UtcNow);
    }

    public async Task<IReadOnlyList<Container>> ListAsync(CancellationToken stop)
    {
        var found = await AskAsync(token => _client.Containers.ListContainersAsync(new ContainersListParameters(), token), stop);
        return [.. found.Where(container => container.State is "running" or "paused").Select(Read)];
    }

    public async Task WatchAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken stop)
    {
        var parameters = new ContainerEventsParameters
        {
            Since = since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["type"] = new Dictionary<string, bool> { ["container"] = true, ["network"] = true } },
        };
        await AskAsync(
            async token =>
            {
                await _client.System.MonitorEventsAsync(parameters, new Listener(happened), token);
                return true;
            }, stop);
        throw new EngineException("the engine ended its stream of events", new EndOfStreamException());
    }

    public async Task<ContainerDetails?> InspectAsync(string id, CancellationToken stop)
    {
        try
        {
            var found = await AskAsync(token => _client.Containers.InspectContainerAsync(id, token), stop);
            return new ContainerDetails(found.State?.Pid ?? 0, SignalName.Parse(found.Config?.StopSignal) ?? SignalName.Term, found.Config?.Image ?? found.Image);
        }
        catch (EngineException error) when (error.InnerException is DockerContainerNotFoundException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    private static Container Read(ContainerListResponse found) => new()
    {
        Id = found.ID,
        Name = (found.Names?.FirstOrDefault() ?? found.ID).TrimStart('/'),
        Image = found.Image,
        Created = found.Created,
        IsPaused = found.State == "paused",
        IsHealthy = ReadHealth(found.Status),
        Labels = new Dictionary<string, string>(found.Labels ?? new Dictionary<string, string>()),
        Ports = [.. (found.Ports ?? []).Select(port => new ContainerPort(
            port.PrivatePort, port.PublicPort is > 0 ? port.PublicPort : null, port.Type, ReadAddress(port.IP)))],
        Networks = (found.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>()).ToDictionary(
            network => network.Key, network => new ContainerAddress(ReadAddress(network.Value.IPAddress), ReadAddress(network.Value.GlobalIPv6Address))),
    };

    private static IPAddress? ReadAddress(string? text) => AddressText.TryParse(text, out var address) ? address : null;

    /// <summary>Reads the health from the status text, which engines of all versions have: "Up 2 minutes (healthy)", "(unhealthy)", "(health: starting)".</summary>
    private static bool? ReadHealth(string? status) =>
        status is null ? null
        : status.Contains("(healthy)", StringComparison.Ordinal) ? true
        : status.Contains("(unhealthy)", StringComparison.Ordinal) || status.Contains("(health: starting)", StringComparison.Ordinal) ? false
        : null;

    private static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        try
        {
            return await ask(stop);
        }
        catch (Exception error) when (!stop.IsCancellationRequested) // the transport throws exceptions of many types
        {
            var cause = error.GetBaseException();
            throw new EngineException(cause == error ? error.Message : $"{error.Message} ({cause.Message})", error);
        }
    }

    /// <summary>Reports events in their order, which Progress&lt;T&gt; does not guarantee.</summary>
    private sealed class Listener(Action<EngineEvent> happened) : IProgress<Message>
    {
        public void Report(Message value)
        {
            if (value.Action.StartsWith("exec_", StringComparison.Ordinal))
            {
                return; // each run of a HEALTHCHECK causes three of these events and changes no container
            }

            var attributes = value.Actor?.Attributes;
            var id = value.Type == "network" ? attributes?.TryGetValue("container", out var container) == true ? container : "" : value.Actor?.ID ?? "";
            var signal = attributes?.TryGetValue("signal", out var number) == true ? SignalName.Parse(number) : null;
            happened(new EngineEvent(id, value.Action, signal));
        }
    }
}
