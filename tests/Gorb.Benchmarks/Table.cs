using System.Net;

namespace Gorb.Benchmarks;

/// <summary>The table that every measurement uses: services in 10.100.0.0/16, backends in 10.200.0.0/16, wrr and NAT.</summary>
internal static class Table
{
    public static IPAddress Service(int service) => new([10, 100, (byte)(service / 250), (byte)(1 + service % 250)]);

    public static IPAddress Backend(int backend) => new([10, 200, (byte)(backend / 250), (byte)(1 + backend % 250)]);

    public static int PrintIpvsadmLines(int services, int backends)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        for (var service = 0; service < services; service++)
        {
            output.WriteLine($"-A -t {Service(service)}:80 -s wrr");
            for (var backend = 0; backend < backends; backend++)
            {
                output.WriteLine($"-a -t {Service(service)}:80 -r {Backend(backend)}:80 -m -w 100");
            }
        }

        return 0;
    }
}
