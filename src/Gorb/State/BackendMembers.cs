using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.State;

/// <summary>Collects the members of one stored backend while the JSON is read.</summary>
internal ref struct BackendMembers() : IMembers
{
    /// <summary>The weight of a stored backend without a weight. State files rely on it, so it must not change with the API's default.</summary>
    public const int UsualWeight = 100;

    /// <summary>The forwarding method of a stored backend without a method. It must not change, either.</summary>
    public const ForwardingMethod UsualMethod = ForwardingMethod.Masquerade;

    private string? _host;
    private IPAddress? _address;
    private ushort? _port;
    private int _weight = UsualWeight;
    private ForwardingMethod _method = UsualMethod;
    private TunnelOptions _tunnel;
    private string? _pulse;
    private Drain? _drain;
    private OperatorWords _operator;
    private string _source = SourceName.Api;
    private Verdict _verdict = Verdict.Up;

    /// <summary>The members that are stored through <see cref="BackendDescription"/>.</summary>
    private BackendSpec _described = BackendSpec.Blank;

    public string? Name { get; private set; }

    public long? Since { get; private set; }

    public readonly Backend ToBackend(string name, DateTimeOffset since) => new(name, ToSpec(), since) { Health = new BackendHealth(_verdict), Source = _source, Operator = _operator };

    private readonly BackendSpec ToSpec() => _described with
    {
        Host = _host ?? throw new JsonException("a backend has no host"),
        Address = _address ?? (IPAddress.TryParse(_host, out var literal) ? literal : throw new JsonException($"'{_host}' is no address, and there is no other")),
        Port = _port ?? throw new JsonException("a backend has no port"),
        Weight = _weight,
        Method = _method,
        Tunnel = _tunnel,
        Pulse = _pulse,
        Drain = _drain,
    };

    public void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("name"u8))
        {
            Name = Text(ref json);
        }
        else if (json.ValueTextEquals("since"u8))
        {
            json.Read();
            Since = json.GetInt64();
        }
        else if (json.ValueTextEquals("host"u8))
        {
            _host = Text(ref json);
        }
        else if (json.ValueTextEquals("address"u8))
        {
            _address = IPAddress.Parse(Text(ref json)!);
        }
        else if (json.ValueTextEquals("port"u8))
        {
            json.Read();
            _port = json.GetUInt16();
        }
        else if (json.ValueTextEquals("weight"u8))
        {
            json.Read();
            _weight = json.GetInt32();
        }
        else if (json.ValueTextEquals("method"u8))
        {
            json.Read();
            _method = EnumNames<ForwardingMethod>.Read(ref json);
        }
        else if (!BackendDescription.All.TryRestore(ref json, ref _described))
        {
            ReadSeldom(ref json);
        }
    }

    private void ReadSeldom(ref Utf8JsonReader json)
    {
        var member = json.GetString();
        json.Read();
        switch (member)
        {
            case "tunnel":
                _tunnel = JsonSerializer.Deserialize(ref json, StateJson.Default.TunnelOptions);
                break;
            case "pulse":
                _pulse = json.GetString();
                break;
            case "drain":
                _drain = JsonSerializer.Deserialize(ref json, StateJson.Default.Drain);
                break;
            case "operator":
                _operator = JsonSerializer.Deserialize(ref json, StateJson.Default.OperatorWords);
                break;
            case "owner":
                _source = FormerOwner.SourceOfBackend(json.GetString() ?? "") ?? _source;
                break;
            case "source":
                _source = json.ValueTextEquals("file"u8) ? SourceName.File : SourceName.Intern(json.GetString()!);
                break;
            case "verdict":
                _verdict = EnumNames<Verdict>.Read(ref json);
                break;
            default:
                throw new JsonException($"a backend has no member '{member}'");
        }
    }

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }
}
