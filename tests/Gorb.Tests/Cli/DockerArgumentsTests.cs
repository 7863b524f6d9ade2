using System.CommandLine;
using System.Net;
using Gorb.Cli;

namespace Gorb.Tests.Cli;

/// <summary>The daemon's options for the Docker link inside it.</summary>
public sealed class DockerArgumentsTests
{
    private DaemonOptions? _read;

    [Fact]
    public async Task Options_OfLabels_AreRead()
    {
        await RunAsync("--docker", "--allow-vip", "10.9.1.0/24", "--allow-port", "free,80");

        _read!.Docker!.Addresses.Should().Equal(IPNetwork.Parse("10.9.1.0/24"));
        _read.Docker.Ports.Free.Should().BeTrue();
        _read.Docker.Ports.Ranges.Should().Equal((80, 80));
        _read.Docker.Join.Should().BeFalse();
    }

    [Fact]
    public async Task Options_WithoutAny_RunNoLink()
    {
        await RunAsync();

        _read!.Docker.Should().BeNull();
    }

    [Theory]
    [InlineData("--allow-vip limits the labels of containers, and is given without --docker.", "--allow-vip", "10.9.1.0/24")]
    [InlineData("--allow-port limits the labels of containers, and is given without --docker.", "--allow-port", "80")]
    public void OptionsThatDoNotFit_AreErrors(string error, params string[] arguments) => Root().Parse(arguments).Errors.Select(static one => one.Message).Should().Equal(error);

    private async Task RunAsync(params string[] words) => (await Root().Parse(words).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)).Should().Be(0);

    private RootCommand Root() => GorbCommand.Create(
        (options, _) =>
        {
            _read = options;
            return Task.FromResult(0);
        },
        static (_, _, _) => Task.FromResult(0));
}
