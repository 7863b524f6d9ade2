using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Descriptions;
using Gorb.Model.Policy;
using Gorb.State;
using Gorb.Tests.Api;

namespace Gorb.Tests.Documents;

/// <summary>The description of every independent member reads, shows and stores it, with the values that its documentation names.</summary>
public sealed partial class DescribedMemberTests : IAsyncLifetime
{
    private static readonly string[] Values = ["true", "1", "2147483647", "\"30s\"", "\"30%\"", "\"a text\""];

    private static readonly ServiceSpec Marked = ServiceSpec.Blank with { Key = ServiceKey.ForFirewallMark(7, AddressFamily.InterNetwork) };
    private static readonly BackendSpec Placed = BackendSpec.Blank with { Host = "10.9.0.21", Address = IPAddress.Parse("10.9.0.21"), Port = 80 };

    private readonly TestDaemon _daemon = new();

    public static TheoryData<string> ServiceMembers => [.. Alone(ServiceDescription.All).Select(static member => member.Name)];

    public static TheoryData<string> BackendMembers => [.. Alone(BackendDescription.All).Select(static member => member.Name)];

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Theory]
    [MemberData(nameof(ServiceMembers))]
    public void OfAService_IsStored(string name)
    {
        foreach (var (_, spec) in Samples(ServiceDescription.All, name, Marked))
        {
            using var text = new JsonText();
            ServiceCodec.Write(text.Begin(), Service.Create("web", spec));

            ServiceCodec.Read("web", text.End()).Spec.Should().Be(spec);
        }
    }

    [Theory]
    [MemberData(nameof(BackendMembers))]
    public void OfABackend_IsStored(string name)
    {
        foreach (var (_, spec) in Samples(BackendDescription.All, name, Placed))
        {
            using var text = new JsonText();
            BackendCodec.Write(text.Begin(), new Backend("b1", spec, DateTimeOffset.UnixEpoch), Verdict.Up);

            BackendCodec.Read("b1", DateTimeOffset.UnixEpoch, text.End()).Spec.Should().Be(spec);
        }
    }

    [Theory]
    [MemberData(nameof(ServiceMembers))]
    public async Task OfAService_IsReadAndShown(string name)
    {
        foreach (var (value, spec) in Samples(ServiceDescription.All, name, Marked))
        {
            await _daemon.PutAsync("/service/web", $$"""{"host": "10.9.0.100", "port": 80, "protocol": "udp", "sorry": {"host": "10.9.0.9", "port": 80}, "{{name}}": {{value}}}""");

            (await ShownAsync("/service/web", name)).Should().Be(ServiceDescription.All.ToElement(spec).GetProperty(name).GetRawText());
        }
    }

    [Theory]
    [MemberData(nameof(BackendMembers))]
    public async Task OfABackend_IsReadAndShown(string name)
    {
        await _daemon.PutAsync("/service/web", """{"fwmark": 7}""");
        var bound = name == "upper_threshold" ? "" : "\"upper_threshold\": 2147483647, ";
        foreach (var (value, spec) in Samples(BackendDescription.All, name, Placed))
        {
            await _daemon.PutAsync("/service/web/b1", $$"""{"host": "10.9.0.21", "port": 80, {{bound}}"{{name}}": {{value}}}""");

            (await ShownAsync("/service/web/b1", name)).Should().Be(BackendDescription.All.ToElement(spec).GetProperty(name).GetRawText());
        }
    }

    /// <summary>An unknown member is rejected with the names of the known ones.</summary>
    [Theory]
    [InlineData("/service/other", """{"fwmark": 8, "persistence": {"what": 1}}""", "persistence.", "PersistenceBody")]
    [InlineData("/service/other", """{"fwmark": 8, "sorry": {"what": 1}}""", "sorry.", "SorryBody")]
    [InlineData("/service/other", """{"what": 1}""", "", "ServiceBody")]
    [InlineData("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"what": 1}}""", "tunnel.", "TunnelBody")]
    [InlineData("/service/web/b1", """{"host": "10.9.0.21", "port": 80, "what": 1}""", "", "BackendBody")]
    public async Task Bodies_TakeTheMembersThatAreDescribed(string path, string body, string parent, string description)
    {
        await _daemon.PutAsync("/service/web", """{"fwmark": 7}""");

        var answer = await TestDaemon.JsonAsync(await _daemon.SendAsync(HttpMethod.Put, path, body));

        var known = DescriptionFilter.Schemas[description].Members.Select(static member => member.Name).Order(StringComparer.Ordinal);
        answer.GetProperty("details").EnumerateArray().Single(detail => detail.GetProperty("field").GetString() == $"{parent}what").GetProperty("problem").GetString()
            .Should().Be($"is not known here; known are {string.Join(", ", known)}");
    }

    private async Task<string> ShownAsync(string path, string name) => (await _daemon.GetAsync(path)).GetProperty("options").GetProperty(name).GetRawText();

    /// <summary>The sample values that a member accepts, at least one, and its owner with each.</summary>
    private static List<(string Value, T Owner)> Samples<T>(Description<T> description, string name, T owner)
    {
        var member = Alone(description).Single(member => member.Name == name);
        var samples = new List<(string, T)>();
        foreach (var value in Values.Concat(Word().Matches(member.Meaning).Select(static word => $"\"{word.Groups["word"].Value}\"")))
        {
            var changed = owner;
            if (member.Read(JsonElement.Parse(value), ref changed) is null && !Equals(changed, owner))
            {
                samples.Add((value, changed));
            }
        }

        samples.Should().NotBeEmpty("{0} takes a value that is not its default", name);
        return samples;
    }

    private static IEnumerable<ValueMember<T>> Alone<T>(Description<T> description) => description.Members.OfType<ValueMember<T>>();

    /// <summary>A word in backticks.</summary>
    [GeneratedRegex("`(?<word>[a-z-]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
