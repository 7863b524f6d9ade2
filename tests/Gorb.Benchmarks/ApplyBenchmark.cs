using System.Diagnostics;
using System.Globalization;
using Gorb.Ipvs;

namespace Gorb.Benchmarks;

/// <summary>The library alone: the whole table in one <see cref="IIpvsClient.Apply"/>.</summary>
internal static class ApplyBenchmark
{
    public static int Run(int services, int backends)
    {
        var changes = new List<IpvsChange>();
        for (var service = 0; service < services; service++)
        {
            var key = ServiceKey.ForAddress(TransportProtocol.Tcp, Table.Service(service), 80);
            changes.Add(new IpvsChange.AddService(new VirtualService(key)));
            for (var backend = 0; backend < backends; backend++)
            {
                changes.Add(new IpvsChange.AddDestination(key, new Destination(new DestinationKey(Table.Backend(backend), 80)) { Weight = 100 }));
            }
        }

        using var client = IpvsClient.Create();
        client.GetInfo(); // opens the socket and finds the family
        var clock = Stopwatch.StartNew();
        var results = client.Apply(changes);
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture));
        if (results.FirstOrDefault(result => !result.Succeeded) is { Error: { } error })
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        return 0;
    }
}
