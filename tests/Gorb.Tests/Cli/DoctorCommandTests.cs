using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Cli;
using Gorb.Doctor;
using Gorb.Tests.Client;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>What <c>gorb doctor</c> makes of the answer of a daemon. The console belongs to the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();

    public DoctorCommandTests()
    {
        Console.SetOut(_printed);
        Console.SetError(_printed);
    }

    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
    }

    [Theory]
    [InlineData(0, 0, 3, 0)]
    [InlineData(0, 2, 1, 1)]
    [InlineData(1, 2, 0, 5)]
    public async Task TheStatus_IsThatOfTheWorstFinding(int errors, int warnings, int notes, int status)
    {
        using var daemon = Serve(new DoctorView(errors, warnings, notes, 40, []));

        (await RunAsync("-s", daemon.Url.ToString())).Should().Be(status);

        _printed.ToString().Should().EndWith("; 40 causes examined\n");
    }

    [Fact]
    public async Task AFinding_IsPrintedWithItsCommand_AndCannotSteerTheTerminal()
    {
        using var daemon = Serve(new DoctorView(1, 0, 0, 40, [new FindingView("error", "vip-not-local", "10.9.0.100", "no\u001b[31m", "Because.", "Add it.", "ip addr add")]));

        await RunAsync("-s", daemon.Url.ToString());

        _printed.ToString().Should().StartWith(
            """
            error: vip-not-local (10.9.0.100)
              seen:   no\x1b[31m
              why:    Because.
              remedy: Add it.
              run:    ip addr add

            1 error, 0 warnings
            """);
    }

    [Fact]
    public async Task Json_IsTheAnswer()
    {
        var view = new DoctorView(0, 1, 0, 40, [new FindingView("warning", "some-down", "web", "b1 is down: \"refused\"", "Because.", "Mend it.", null)]);
        using var daemon = Serve(view);

        (await RunAsync("--json", "-s", daemon.Url.ToString())).Should().Be(1);

        JsonSerializer.Deserialize(_printed.ToString(), DoctorJson.Default.DoctorView).Should().BeEquivalentTo(view);
    }

    [Fact]
    public async Task ADaemonThatWasNamedAndIsNotThere_IsNotReplacedByThisHost()
    {
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = free.LocalEndpoint.ToString()!;
        free.Stop();

        (await RunAsync("-s", address)).Should().Be(3);

        _printed.ToString().Should().Contain("does not answer").And.Contain("without it this host is examined");
    }

    [Fact]
    public async Task ARefusal_HasAStatusOfItsOwn()
    {
        const string body = """{"error":"forbidden"}""";
        using var daemon = new StubServer($"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        (await RunAsync("-s", daemon.Url.ToString())).Should().Be(4);
    }

    private static StubServer Serve(DoctorView view)
    {
        var body = JsonSerializer.Serialize(view, DoctorJson.Default.DoctorView);
        return new StubServer($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static Task<int> RunAsync(params string[] words) =>
        GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(["doctor", .. words]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
