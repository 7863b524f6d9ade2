using System.Globalization;
using System.Net;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Compares what etcd, the directors and their kernels have.</summary>
/// <param name="directors">The directors.</param>
/// <param name="etcd">Asks etcd.</param>
/// <param name="observer">Hears who answers for the addresses.</param>
internal sealed class Agreement(Directors directors, EtcdGateway etcd, LinkObserver observer)
{
    private string _difference = "";

    /// <summary>Waits until all have the same table and holders.</summary>
    /// <returns>The weight of each backend that is written by the test.</returns>
    public async Task<IReadOnlyDictionary<string, int>> ReachAsync(params IReadOnlyList<IPAddress> addresses)
    {
        IReadOnlyDictionary<string, int>? table = null;
        await Eventually.Async(async () => (table = await FindTableAsync()) is not null, () => $"{_difference}\n{directors.Log}");
        foreach (var address in addresses)
        {
            await Eventually.Async(() => IsHeldAsync(address), () => $"{_difference}\n{directors.Log}");
        }

        return table!;
    }

    /// <returns>Null while there is a difference.</returns>
    private async Task<IReadOnlyDictionary<string, int>?> FindTableAsync()
    {
        if (await etcd.FindAsync($"/gorb/lb/table/service/{Writers.Service}") is not { } document)
        {
            _difference = "etcd does not answer";
            return null;
        }

        var shared = ReadDocument(document);
        foreach (var name in ThreeDirectors.Names)
        {
            var told = await ReadDirectorAsync(name);
            var kernel = ReadKernel(name);
            if (told is null || Text(told) != Text(shared) || Text(kernel) != Text(shared))
            {
                _difference = $"etcd has {Text(shared)}, {name} {(told is null ? "no answer" : Text(told))}, and its kernel {Text(kernel)}";
                return null;
            }
        }

        return shared;
    }

    /// <summary>True when one host has an address, says so in etcd, and is alone heard on the link.</summary>
    private async Task<bool> IsHeldAsync(IPAddress address)
    {
        var holder = await etcd.FindAsync($"/gorb/lb/lease/vip/{address}");
        var hosts = ThreeDirectors.Names.Where(name => Shell.Run("ip", "-n", name, "-o", "addr", "show", "to", address.ToString()).Contains(address.ToString(), StringComparison.Ordinal)).ToList();
        var heard = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? observer.FindHolder6(ThreeDirectors.Names) : observer.FindHolder4(ThreeDirectors.Names);
        _difference = $"{address} has the holder {holder ?? "none"} in etcd, is on {string.Join(" and ", hosts)}, and is answered for by {heard ?? "none"}";
        return hosts is [var only] && only == holder && only == heard;
    }

    private async Task<Dictionary<string, int>?> ReadDirectorAsync(string name)
    {
        try
        {
            var table = await directors[name].GetAsync("/config");
            return table.GetProperty("services").TryGetProperty(Writers.Service, out var service) && service.TryGetProperty("backends", out var backends)
                ? backends.EnumerateObject().ToDictionary(static backend => backend.Name, static backend => Weight(backend.Value))
                : [];
        }
        catch (HttpRequestException)
        {
            return null; // it starts
        }
    }

    private static Dictionary<string, int> ReadDocument(string document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.GetProperty("backends").EnumerateArray().ToDictionary(
            static backend => backend.GetProperty("name").GetString()!, Weight);
    }

    private static int Weight(JsonElement backend) => backend.TryGetProperty("weight", out var weight) ? weight.GetInt32() : 100;

    private static Dictionary<string, int> ReadKernel(string name) => ThreeDirectors.Table(name).Split('\n')
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(static words => words is ["-a", ..])
        .ToDictionary(
            static words => Writers.Backends.FirstOrDefault(backend => words[4].EndsWith(string.Create(CultureInfo.InvariantCulture, $":{Writers.Port(backend)}"), StringComparison.Ordinal)) ?? words[4],
            static words => int.Parse(words[Array.IndexOf(words, "-w") + 1], CultureInfo.InvariantCulture));

    private static string Text(Dictionary<string, int> table) => $"[{string.Join(", ", table.OrderBy(static backend => backend.Key, StringComparer.Ordinal).Select(static backend => $"{backend.Key}: {backend.Value}"))}]";
}
