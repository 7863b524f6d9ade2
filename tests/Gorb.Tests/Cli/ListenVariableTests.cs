using Gorb.Cli;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

/// <summary>The listen address when the command line does not set one.</summary>
[Collection(Alone.Name)] // the environment belongs to the whole process
public sealed class ListenVariableTests : IDisposable
{
    public void Dispose() => Environment.SetEnvironmentVariable(ListenAddress.Variable, null);

    [Theory]
    [InlineData(null, "unix:/run/gorb/gorb.sock 127.0.0.1:4672 [::1]:4672")]
    [InlineData("", "unix:/run/gorb/gorb.sock 127.0.0.1:4672 [::1]:4672")]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("unix:/run/gorb/gorb.sock, [::1]:4672", "unix:/run/gorb/gorb.sock [::1]:4672")]
    public async Task Variable_IsTheDefault(string? variable, string endpoint)
    {
        Environment.SetEnvironmentVariable(ListenAddress.Variable, variable);

        (await ListenAsync()).Should().Be(endpoint);
        (await ListenAsync("-l", ":1")).Should().Be(":1");
        (await ListenAsync("-l", "127.0.0.1:1", "--listen", "unix:/run/x", "-l", "127.0.0.1:1")).Should().Be("127.0.0.1:1 unix:/run/x");
    }

    [Fact]
    public void VariableThatIsNoAddress_IsNamed()
    {
        Environment.SetEnvironmentVariable(ListenAddress.Variable, "nonsense");

        Root(static _ => { }).Parse([]).Errors.Should().ContainSingle().Which.Message.Should().StartWith("GORB_LISTEN 'nonsense' is not an address and port");
    }

    private static async Task<string?> ListenAsync(params string[] args)
    {
        DaemonOptions? read = null;
        (await Root(options => read = options).Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)).Should().Be(0);
        return read is null ? null : string.Join(" ", read.Listen.Select(ListenAddress.Format));
    }

    private static System.CommandLine.RootCommand Root(Action<DaemonOptions> run) => GorbCommand.Create(
        (options, _) =>
        {
            run(options);
            return Task.FromResult(0);
        },
        static (_, _, _) => Task.FromResult(0));
}
