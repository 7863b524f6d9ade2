using System.Net;
using System.Text.Json;
using Gorb.Ipvs;

namespace Gorb.Benchmarks;

/// <summary>The table that every measurement uses: services in 10.100.0.0/16, backends in 10.200.0.0/16, wrr and NAT.</summary>
internal static class Table
{
    public static IPAddress Service(int service) => new([10, 100, (byte)(service / 250), (byte)(1 + service % 250)]);

    public static IPAddress Backend(int backend) => new([10, 200, (byte)(backend / 250), (byte)(1 + backend % 250)]);

    /// <summary>The changes that bring it into the kernel.</summary>
    public static IEnumerable<IpvsChange> Changes(int services, int backends)
    {
        for (var service = 0; service < services; service++)
        {
            var key = ServiceKey.ForAddress(TransportProtocol.Tcp, Service(service), 80);
            yield return new IpvsChange.AddService(new VirtualService(key));
            for (var backend = 0; backend < backends; backend++)
            {
                yield return new IpvsChange.AddDestination(key, new Destination(new DestinationKey(Backend(backend), 80)) { Weight = 100 });
            }
        }
    }

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

    public static int PrintDocument(int services, int backends)
    {
        using var output = new Utf8JsonWriter(Console.OpenStandardOutput());
        output.WriteStartObject();
        output.WriteStartObject("services");
        for (var service = 0; service < services; service++)
        {
            output.WriteStartObject($"s{service}");
            output.WriteString("host", Service(service).ToString());
            output.WriteNumber("port", 80);
            output.WriteString("method", "wrr");
            output.WritePropertyName("pulse");
            output.WriteRawValue("""{"type": "none"}""");
            output.WriteStartObject("backends");
            for (var backend = 0; backend < backends; backend++)
            {
                output.WritePropertyName($"b{backend}");
                output.WriteRawValue($$"""{"host": "{{Backend(backend)}}", "port": 80}""");
            }

            output.WriteEndObject();
            output.WriteEndObject();
        }

        output.WriteEndObject();
        output.WriteEndObject();
        return 0;
    }
}
