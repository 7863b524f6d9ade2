namespace Gorb.Model;

/// <summary>How much the clients of the API may make together, so that none of them takes all memory. Each limit has a name, which the option <c>--limit</c> takes.</summary>
internal sealed record Limits
{
    public const string ServicesName = "services";
    public const string BackendsName = "backends";
    public const string ChecksName = "checks";
    public const string SourcesName = "sources";
    public const string SubscribersName = "subscribers";
    public const string AddressConnectionsName = "address-connections";

    /// <summary>The names of all limits.</summary>
    public static IReadOnlyList<string> Names { get; } = [ServicesName, BackendsName, ChecksName, SourcesName, SubscribersName, AddressConnectionsName];

    public int Services { get; init; } = 100_000;

    /// <summary>Backends of all services.</summary>
    public int Backends { get; init; } = 500_000;

    /// <summary>Health checks of all backends.</summary>
    public int Checks { get; init; } = 1_000_000;

    /// <summary>Sources that declare documents.</summary>
    public int Sources { get; init; } = 1000;

    /// <summary>Subscribers of <c>GET /events</c>.</summary>
    public int Subscribers { get; init; } = EventHub.DefaultListeners;

    /// <summary>Connections of one other host; null for a quarter of all connections.</summary>
    public int? AddressConnections { get; init; }

    /// <summary>Sets a limit; null when no limit has the name.</summary>
    public Limits? With(string name, int value) => name switch
    {
        ServicesName => this with { Services = value },
        BackendsName => this with { Backends = value },
        ChecksName => this with { Checks = value },
        SourcesName => this with { Sources = value },
        SubscribersName => this with { Subscribers = value },
        AddressConnectionsName => this with { AddressConnections = value },
        _ => null,
    };

    /// <summary>The text that says how to raise a limit.</summary>
    public static string Option(string name, int value) => $"--limit {name}={value}";
}
