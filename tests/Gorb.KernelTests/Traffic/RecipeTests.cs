using System.Net;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>A host on which nothing is prepared becomes a backend by running what Gorb prints.</summary>
[Trait(KernelFeature.Trait, KernelFeature.XtablesName)]
public sealed class RecipeTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const int EchoPort = 90;
    private const int Bytes = 10 * 1024 * 1024;

    public static TheoryData<string, bool, bool> Methods => new()
    {
        { """ "dr" """, false, false },
        { """ "dr" """, true, true },
        { """ "tunnel" """, false, false },
        { """ "tunnel" """, true, true },
        { """ "tunnel", "tunnel": {"type": "gue", "port": 6080} """, false, false },
        { """ "tunnel", "tunnel": {"type": "gue", "port": 6081} """, true, true },
        { """ "tunnel", "tunnel": {"type": "gre"} """, false, false },
        { """ "tunnel", "tunnel": {"type": "gre", "checksum": "full"} """, false, false },
        { """ "tunnel", "tunnel": {"type": "gre"} """, true, true },
    };

    /// <summary>Ten megabytes go up and down, also where the network loses the ICMP messages that tell a client of the tunnel's smaller packets.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Script_OnAFreshHost_MakesItABackend(string method, bool v6, bool backendIsV6)
    {
        using var host = new FreshHost();
        var vip = v6 ? Network.Vip6 : Network.Vip4;
        var address = backendIsV6 ? FreshHost.Address6 : FreshHost.Address4;
        await Gorb.PutAsync("/service/web", $$"""{"host": "{{vip}}", "port": {{EchoPort}}, "method": "rr"}""");
        await Gorb.PutAsync("/service/web/fresh", $$"""{"host": "{{address}}", "port": {{EchoPort}}, "method": {{method}}, "pulse": {"type": "none"} }""");

        var recipe = await VerbResult.RunAsync("", "recipe", "web/fresh", "--server", $"{Gorb.Http.BaseAddress}");

        recipe.Status.Should().Be(0, recipe.Errors);
        FreshHost.RunScript(recipe.Output);
        FreshHost.RunScript(recipe.Output); // it may run again
        using var server = new EchoCounter(FreshHost.Name, EchoPort);
        using var losses = new LostIcmp();

        EchoCounter.Exchange(vip, EchoPort, Bytes);
        OwnerOf(vip).Should().Be(Shell.Run("cat", "/sys/class/net/br0/address").Trim(), "only the director answers for the virtual address");
    }

    /// <summary>The link address by which the client reaches an address, asked anew.</summary>
    private static string OwnerOf(IPAddress vip)
    {
        string[] inClient = ["-n", NetworkNamespace.Client];
        Shell.Run("ip", [.. inClient, "neigh", "flush", "to", $"{vip}"]);
        EchoCounter.Exchange(vip, EchoPort, 0);
        var words = Shell.Run("ip", [.. inClient, "neigh", "show", "to", $"{vip}"]).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        return words[words.IndexOf("lladdr") + 1];
    }
}
