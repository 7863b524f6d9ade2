using System.Net;
using Gorb.Cli;
using Gorb.Sources.Docker;

namespace Gorb.Tests.Cli;

public sealed class DockerLinkCommandTests
{
    [Fact]
    public async Task Options_WithoutAny_AllowTheDevicesAddressAndFreePorts()
    {
        var options = await RunAsync();

        options!.Rules.Should().BeEquivalentTo(LabelRules.Default);
        options.Rules.Join.Should().BeFalse();
        options.Rules.Ports.Free.Should().BeTrue();
    }

    [Fact]
    public async Task Options_OfTheRules_AreRead()
    {
        var options = await RunAsync("--allow-vip", "10.9.1.0/24", "--allow-vip", "fd00:9::7", "--allow-port", "80,8000-8999", "--join");

        options!.Rules.Addresses.Should().Equal(IPNetwork.Parse("10.9.1.0/24"), IPNetwork.Parse("fd00:9::7/128"));
        options.Rules.Ports.Ranges.Should().Equal((80, 80), (8000, 8999));
        options.Rules.Ports.Free.Should().BeFalse();
        options.Rules.Join.Should().BeTrue();
    }

    [Theory]
    [InlineData("--allow-vip", "10.9.1")]
    [InlineData("--allow-port", "http")]
    public async Task Options_ThatCannotBeRead_AreRefused(string option, string value) => (await RunAsync(option, value)).Should().BeNull();

    private static async Task<DockerLinkOptions?> RunAsync(params string[] arguments)
    {
        DockerLinkOptions? read = null;
        var command = DockerLinkCommand.Create((options, _, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        await command.Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        return read;
    }
}
