using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Merging;
using Gorb.Model.Text;

namespace Gorb.State;

/// <summary>Collects the members of one stored service while the JSON is read.</summary>
internal ref struct ServiceMembers() : IMembers
{
    private ServiceKey? _key;
    private string _host = "";
    private string? _method;
    private string _flags = "";
    private Persistence? _persistence;
    private string? _persistenceEngine;
    private bool _draining;
    private string? _pulse;
    private SorrySpec? _sorry;
    private Drain? _departure;
    private string _source = SourceName.Api;

    /// <summary>The members that are stored through <see cref="ServiceDescription"/>.</summary>
    private ServiceSpec _described = ServiceSpec.Blank;

    public readonly Service ToService(string name) => Service.Create(name, ToSpec(), _source) with { IsDraining = _draining, Departure = _departure };

    private readonly ServiceSpec ToSpec() => _described with
    {
        Key = _key ?? throw new JsonException("a service has no key"),
        Host = _host,
        Method = _method ?? throw new JsonException("a service has no method"),
        Flags = _flags,
        Persistence = _persistence,
        PersistenceEngine = _persistenceEngine,
        Pulse = _pulse,
        Sorry = _sorry,
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
        else if (!ServiceDescription.All.TryRestore(ref json, ref _described))
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
            case "draining":
                _draining = json.GetBoolean();
                break;
            case "sorry":
                _sorry = JsonSerializer.Deserialize(ref json, StateJson.Default.SorrySpec);
                break;
            case "departure":
                _departure = JsonSerializer.Deserialize(ref json, StateJson.Default.Drain);
                break;
            case "owner":
                _source = FormerOwner.SourceOfService(json.GetString() ?? "") ?? _source;
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
