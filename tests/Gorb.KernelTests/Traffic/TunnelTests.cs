using System.Net.Sockets;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>Ten megabytes go up and down through each kind of tunnel, whose packets are larger than the client thinks.</summary>
[Trait(KernelFeature.Trait, KernelFeature.XtablesName)]
public sealed class TunnelTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const int Port = 90;
    private const int Bytes = 10 * 1024 * 1024;

    /// <summary>Begins the part of the recipe that limits segments.</summary>
    private const string Remedy = "# Clients send segments that fit into the tunnel";

    /// <summary>With working ICMP nothing else is needed; where it is lost, uploads stall until the recipe's route limits what clients send.</summary>
    [Theory]
    [InlineData("ipip", """ {"type": "ipip"} """)]
    [InlineData("gue", """ {"type": "gue", "port": 6080} """)]
    [InlineData("gre", """ {"type": "gre"} """)]
    public async Task TenMegabytes_GoBothWays_AlsoWhereIcmpIsLost(string name, string tunnel)
    {
        using var host = new FreshHost();
        using var server = new EchoCounter(FreshHost.Name, Port);
        await Gorb.PutAsync("/service/web", $$"""{"host": "{{Network.Vip4}}", "port": {{Port}}, "method": "rr"}""");
        await Gorb.PutAsync("/service/web/b", $$"""{"host": "{{FreshHost.Address4}}", "port": {{Port}}, "method": "tunnel", "tunnel": {{tunnel}}, "pulse": {"type": "none"} }""");
        var recipe = await Gorb.Http.GetStringAsync(new Uri("/service/web/b/recipe", UriKind.Relative), TestContext.Current.CancellationToken);
        FreshHost.RunScript(recipe[..recipe.IndexOf(Remedy, StringComparison.Ordinal)]);
        ForgetPathSizes();
        using (new LostIcmp())
        {
            var stalled = () => EchoCounter.Exchange(Network.Vip4, Port, Bytes, stall: TimeSpan.FromSeconds(1));
            stalled.Should().Throw<SocketException>($"a full segment does not fit into {name}");
        }

        EchoCounter.Exchange(Network.Vip4, Port, Bytes);

        FreshHost.RunScript(recipe);
        ForgetPathSizes();
        using (new LostIcmp())
        {
            EchoCounter.Exchange(Network.Vip4, Port, Bytes);
        }
    }

    /// <summary>The client forgets the sizes that ICMP told it earlier.</summary>
    private static void ForgetPathSizes() => Shell.Run("ip", "-n", NetworkNamespace.Client, "route", "flush", "cache");
}
