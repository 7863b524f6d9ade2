using System.Globalization;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;

namespace Gorb.State;

/// <summary>The members of one stored service as they come.</summary>
internal ref struct ServiceMembers() : IMembers
{
    /// <summary>Where a service starts that says nothing of it in the store. Files rely on it: it stays, whatever the API's default becomes.</summary>
    public const StartPolicy UsualStart = StartPolicy.Up;

    /// <summary>The fallback of a service that has none in the store; it stays, too.</summary>
    public const Fallback UsualFallback = Fallback.Nobody;

    private ServiceKey? _key;
    private string _host = "";
    private string? _method;
    private string _flags = "";
    private Persistence? _persistence;
    private string? _persistenceEngine;
    private bool _onePacket;
    private bool _exclusive;
    private bool _draining;
    private string? _pulse;
    private StartPolicy _start = UsualStart;
    private TimeSpan _slowStart;
    private Fallback _fallback = UsualFallback;
    private WhenDown _whenDown;
    private int _minHealthy;
    private SorrySpec? _sorry;
    private string? _owner;
    private string _source = SourceName.Api;

    public readonly Service ToService(string name) => Service.Create(name, ToSpec(), _source) with { IsDraining = _draining };

    private readonly ServiceSpec ToSpec() => new()
    {
        Key = _key ?? throw new JsonException("a service has no key"),
        Host = _host,
        Method = _method ?? throw new JsonException("a service has no method"),
        Flags = _flags,
        Persistence = _persistence,
        PersistenceEngine = _persistenceEngine,
        OnePacket = _onePacket,
        Exclusive = _exclusive,
        Pulse = _pulse,
        Start = _start,
        SlowStart = _slowStart,
        Fallback = _fallback,
        WhenDown = _whenDown,
        MinHealthy = _minHealthy,
        Sorry = _sorry,
        Owner = _owner,
    };

    public void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("key"u8))
        {
            _key = KeyText.ReadService(Text(ref json));
        }
        else if (json.ValueTextEquals("host"u8))
        {
            _host = Text(ref json);
        }
        else if (json.ValueTextEquals("method"u8))
        {
            _method = Text(ref json);
        }
        else if (json.ValueTextEquals("pulse"u8))
        {
            _pulse = Text(ref json);
        }
        else if (json.ValueTextEquals("start"u8))
        {
            json.Read();
            _start = EnumNames<StartPolicy>.Read(ref json);
        }
        else if (json.ValueTextEquals("fallback"u8))
        {
            json.Read();
            _fallback = EnumNames<Fallback>.Read(ref json);
        }
        else
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
            case "flags":
                _flags = json.GetString() ?? "";
                break;
            case "persistence":
                _persistence = JsonSerializer.Deserialize(ref json, StateJson.Default.Persistence);
                break;
            case "persistence_engine":
                _persistenceEngine = json.GetString();
                break;
            case "one_packet":
                _onePacket = json.GetBoolean();
                break;
            case "exclusive":
                _exclusive = json.GetBoolean();
                break;
            case "draining":
                _draining = json.GetBoolean();
                break;
            case "slow_start":
                _slowStart = TimeSpan.ParseExact(json.GetString()!, "c", CultureInfo.InvariantCulture);
                break;
            case "when_down":
                _whenDown = EnumNames<WhenDown>.Read(ref json);
                break;
            case "min_healthy":
                _minHealthy = json.GetInt32();
                break;
            case "sorry":
                _sorry = JsonSerializer.Deserialize(ref json, StateJson.Default.SorrySpec);
                break;
            case "owner":
                _owner = json.GetString();
                break;
            case "source":
                _source = SourceName.Intern(json.GetString()!);
                break;
            default:
                throw new JsonException($"a service has no member '{member}'");
        }
    }

    private static string Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString() ?? throw new JsonException("a text is null");
    }
}
