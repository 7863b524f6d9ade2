using System.Net;
using System.Text.Json;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

/// <summary>Answers as Docker 20.10 to 29 and Podman give them, shortened.</summary>
public sealed class EngineAnswersTests
{
    private const string Web = """
        {"Id": "1a2b", "Names": ["/web", "/other/alias"], "Image": "acme/web:1.2", "ImageID": "sha256:77", "Command": "/web", "Created": 1764400000,
         "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}, {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}, {"PrivatePort": 53, "Type": "udp"}],
         "Labels": {"gorb.service": "web", "empty": ""}, "State": "running", "Status": "Up 2 minutes (healthy)", "HostConfig": {"NetworkMode": "bridge"},
         "NetworkSettings": {"Networks": {"bridge": {"IPAMConfig": null, "IPAddress": "172.17.0.2", "GlobalIPv6Address": ""}, "six": {"IPAddress": "", "GlobalIPv6Address": "fd00::2"}}}}
        """;

    [Fact]
    public void Containers_HaveWhatTheLinkNeeds()
    {
        var web = Read($"[{Web}]", EngineAnswers.Containers).Single();

        web.Should().BeEquivalentTo(new Container
        {
            Id = "1a2b",
            Name = "web",
            Image = "acme/web:1.2",
            Created = DateTimeOffset.FromUnixTimeSeconds(1764400000).UtcDateTime,
            IsHealthy = true,
            Labels = new Dictionary<string, string> { ["gorb.service"] = "web", ["empty"] = "" },
            Ports = [new(80, 8080, "tcp", IPAddress.Any), new(80, 8080, "tcp", IPAddress.IPv6Any), new(53, null, "udp", null)],
            Networks = new Dictionary<string, ContainerAddress> { ["bridge"] = new(IPAddress.Parse("172.17.0.2"), null), ["six"] = new(null, IPAddress.Parse("fd00::2")) },
        });
    }

    [Theory]
    [InlineData("running", "Up 2 minutes", true, false, null)]
    [InlineData("running", "Up 2 minutes (unhealthy)", true, false, false)]
    [InlineData("running", "Up 2 seconds (health: starting)", true, false, false)]
    [InlineData("paused", "Up 2 minutes (Paused)", true, true, null)]
    [InlineData("exited", "Exited (0) 1 second ago", false, false, null)]
    [InlineData("created", "Created", false, false, null)]
    public void Containers_ThatRunOrArePaused_AreThere(string state, string status, bool isThere, bool isPaused, bool? isHealthy)
    {
        var found = Read($$"""[{"Id": "1", "State": "{{state}}", "Status": "{{status}}"}]""", EngineAnswers.Containers);

        found.Select(static container => (container.IsPaused, container.IsHealthy)).Should().Equal(isThere ? [(isPaused, isHealthy)] : []);
    }

    [Theory]
    [InlineData("""{"Id": "1", "State": "running"}""")]
    [InlineData("""{"Id": "1", "State": "running", "Created": -62135596801}""")]
    [InlineData("""{"Id": "1", "State": "running", "Names": null, "Ports": null, "Labels": null, "Status": null, "Image": null, "NetworkSettings": null}""")]
    [InlineData("""{"Id": "1", "State": "running", "Names": [], "Ports": [], "Labels": {}, "NetworkSettings": {"Networks": null}}""")]
    public void Containers_WithoutMembers_HaveNothing(string container)
    {
        var found = Read($"[{container}]", EngineAnswers.Containers).Single();

        (found.Name, found.Image, found.Labels.Count, found.Ports.Count, found.Networks.Count).Should().Be(("1", "", 0, 0, 0));
    }

    [Theory]
    [InlineData("""{"State": {"Pid": 4711, "Status": "running"}, "Config": {"StopSignal": "SIGQUIT", "Image": "acme/web:1.2"}, "Image": "sha256:77"}""", 4711, 3, "acme/web:1.2")]
    [InlineData("""{"State": {"Pid": 0}, "Config": {"StopSignal": "37"}, "Image": "sha256:77"}""", 0, 37, "sha256:77")]
    [InlineData("""{"State": null, "Config": null}""", 0, SignalName.Term, "")]
    public void Details_HaveProcessStopSignalAndImage(string answer, long pid, int signal, string image) =>
        Read(answer, EngineAnswers.Details).Should().Be(new ContainerDetails(pid, signal, image));

    [Theory]
    [InlineData("""{"Type": "container", "Action": "kill", "Actor": {"ID": "1a2b", "Attributes": {"image": "acme", "signal": "15"}}, "time": 1764400000}""", "1a2b", "kill", 15)]
    [InlineData("""{"Type": "container", "Action": "start", "Actor": {"ID": "1a2b", "Attributes": {}}}""", "1a2b", "start", null)]
    [InlineData("""{"Type": "network", "Action": "connect", "Actor": {"ID": "net", "Attributes": {"container": "1a2b", "name": "bridge"}}}""", "1a2b", "connect", null)]
    [InlineData("""{"Type": "network", "Action": "create", "Actor": {"ID": "net", "Attributes": null}}""", "", "create", null)]
    [InlineData("{}", "", "", null)]
    public void Event_HasContainerActionAndSignal(string message, string id, string action, int? signal) =>
        Read(message, EngineAnswers.Event).Should().Be(new EngineEvent(id, action, signal));

    [Fact]
    public void Event_OfAHealthCheck_IsNone() => Read("""{"Type": "container", "Action": "exec_start: /bin/true", "Actor": {"ID": "1a2b"}}""", EngineAnswers.Event).Should().BeNull();

    [Theory]
    [InlineData("2025-11-29T09:00:00.123456712Z", "2025-11-29T09:00:00.1234567Z")]
    [InlineData("2025-11-29T10:00:00+01:00", "2025-11-29T09:00:00Z")]
    public void Info_HasNameAndClock(string time, string expected)
    {
        var info = Read($$"""{"Name": "host1", "SystemTime": "{{time}}", "Containers": 3}""", EngineAnswers.Info);

        (info.Name, info.Now).Should().Be(("host1", DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static T Read<T>(string json, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(json);
        return read(document.RootElement);
    }
}
