using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Docs;

/// <summary>The example in the library's README equals the tested code, compiles, and does what it says.</summary>
public sealed class LibraryReadmeTests : IDisposable
{
    private const int Indent = 8;

    public LibraryReadmeTests() => Kernel.ClearTable();

    public void Dispose() => Kernel.ClearTable();

    [Fact]
    public void Example_Run_BalancesTwoServers()
    {
        Example();

        Shell.Ipvsadm().Should().Equal(
            "-A -t 10.9.0.100:80 -s wlc", "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 100", "-a -t 10.9.0.100:80 -r 10.9.0.22:80 -m -w 50");
    }

    [Fact]
    public void Example_InReadme_IsTheOneThatIsTested()
    {
        var tested = File.ReadAllLines(Repository.Path("tests/Gorb.KernelTests/Docs/LibraryReadmeTests.cs"))
            .SkipWhile(line => line.Trim() != "// README:").Skip(1).TakeWhile(line => line.Trim() != "// .").Select(line => line.Length > Indent ? line[Indent..] : "");

        File.ReadAllText(Repository.Path("src/Gorb.Ipvs/README.md")).Should().Contain(string.Join('\n', tested));
    }

    private static void Example()
    {
        // README:
        var web = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);
        using var ipvs = IpvsClient.Create();
        var results = ipvs.Apply(
        [
            new IpvsChange.AddService(new VirtualService(web) { Scheduler = "wlc" }),
            new IpvsChange.AddDestination(web, new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 80)) { Weight = 100 }),
            new IpvsChange.AddDestination(web, new Destination(new DestinationKey(IPAddress.Parse("10.9.0.22"), 80)) { Weight = 50 }),
        ]);
        foreach (var refused in results.Where(result => !result.Succeeded))
        {
            Console.Error.WriteLine(refused.Error!.Message);
        }

        foreach (var entry in ipvs.GetDestinations(web))
        {
            Console.WriteLine($"{entry.Destination.Key}: {entry.ActiveConnections} connections");
        }

        // .
    }
}
