using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gorb.Documents.Yaml;
using Gorb.Model;
using Gorb.Model.Descriptions;

namespace Gorb.Cli.Write;

/// <summary>The option of a member of services, of backends, or of both, made from its descriptions: --slow-start for slow_start.</summary>
internal sealed class MemberOption
{
    /// <summary>The value for the default of a member, or to lift what an operator has set.</summary>
    private const string Default = "null";

    private readonly IMember? _ofServices;
    private readonly IMember? _ofBackends;

    /// <param name="ofServices">The member of services; null when they have none.</param>
    /// <param name="ofBackends">The member of backends; null when they have none.</param>
    public MemberOption(IMember? ofServices, IMember? ofBackends)
    {
        (_ofServices, _ofBackends) = (ofServices, ofBackends);
        var member = (ofServices ?? ofBackends)!;
        Member = member.Name;
        Option = new Option<string?>($"--{Member.Replace('_', '-')}")
        {
            Description = ofServices is null || ofBackends is null || ofServices.Meaning == ofBackends.Meaning ? $"{(ofServices is null ? "A backend" : ofBackends is null ? "A service" : "Both")}: {Plain(member.Meaning)}"
                : $"A service: {Plain(ofServices.Meaning)} A backend: {Plain(ofBackends.Meaning)}",
            HelpName = member.Kind switch
            {
                MemberKind.Text => "TEXT",
                MemberKind.Number or MemberKind.LargeNumber => "NUMBER",
                MemberKind.Flag => "true|false",
                _ => "YAML",
            },
            Arity = member.Kind == MemberKind.Flag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        };
    }

    /// <summary>All members, those of services first.</summary>
    public static IReadOnlyList<MemberOption> All
    {
        get
        {
            var backends = BackendDescription.All.Members.Where(static member => member.Name != "vsid").ToDictionary(static IMember (member) => member);
            var services = ServiceDescription.All.Members.ToDictionary(static member => member.Name, static IMember (member) => member);
            return
            [
                .. services.Values.Select(member => new MemberOption(member, backends.Keys.FirstOrDefault(other => other.Name == member.Name))),
                .. backends.Keys.Where(member => !services.ContainsKey(member.Name)).Select(static member => new MemberOption(null, member)),
            ];
        }
    }

    /// <summary>The name in JSON.</summary>
    public string Member { get; }

    public Option<string?> Option { get; }

    /// <summary>True when a kind of object has the member.</summary>
    public bool IsOf(bool isBackend) => (isBackend ? _ofBackends : _ofServices) is not null;

    /// <summary>Reads the value of the option.</summary>
    /// <param name="text">The text; null for a flag without a value.</param>
    /// <param name="isBackend">Whether it is a backend's.</param>
    /// <exception cref="SettingException">The text is no value of the member's kind.</exception>
    public JsonNode? Read(string? text, bool isBackend)
    {
        var member = (isBackend ? _ofBackends : _ofServices) ?? throw new SettingException($"{Option.Name} is for {(isBackend ? "services" : "backends")}; leave it out");
        return text == Default ? null : member.Kind switch
        {
            MemberKind.Text => JsonValue.Create(text),
            MemberKind.Flag => bool.TryParse(text ?? "true", out var flag) ? JsonValue.Create(flag) : throw Wrong(text, "true or false"),
            MemberKind.Number or MemberKind.LargeNumber => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : throw Wrong(text, "a whole number"),
            _ => ReadYaml(text!),
        };
    }

    private JsonNode? ReadYaml(string text)
    {
        try
        {
            return JsonNode.Parse(YamlReader.ToJson(text).Span);
        }
        catch (RequestException error)
        {
            throw new SettingException($"{Option.Name} '{text}' is not YAML or JSON: {error.Message}");
        }
    }

    private SettingException Wrong(string? text, string kind) => new($"{Option.Name} '{text}' is not {kind}");

    private static string Plain(string meaning) => meaning.Replace("`", "", StringComparison.Ordinal);
}
