using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster.Chaos;

/// <summary>Asks etcd itself, without Gorb's client: over the JSON form of its API.</summary>
internal sealed class EtcdGateway : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public void Dispose() => _http.Dispose();

    /// <summary>The member that is the leader by its own word; null when none is, or etcd does not answer.</summary>
    public async Task<string?> FindLeaderAsync()
    {
        foreach (var member in ThreeDirectors.Names)
        {
            if (await AskAsync(member, "maintenance/status", "{}") is { } status
                && status.TryGetProperty("leader", out var leader) && leader.GetString() == status.GetProperty("header").GetProperty("member_id").GetString())
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Makes etcd forget all revisions before the last one.</summary>
    /// <returns>False when it did not answer.</returns>
    public async Task<bool> CompactAsync()
    {
        foreach (var member in ThreeDirectors.Names)
        {
            if (await AskAsync(member, "kv/range", $$"""{"key": "{{Encode("head")}}"}""") is { } range
                && await AskAsync(member, "kv/compaction", $$"""{"revision": "{{range.GetProperty("header").GetProperty("revision").GetString()}}", "physical": true}""") is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of a key, as it is for all; null when there is none, or etcd does not answer.</summary>
    public async Task<string?> FindAsync(string key)
    {
        foreach (var member in ThreeDirectors.Names)
        {
            if (await AskAsync(member, "kv/range", $$"""{"key": "{{Encode(key)}}"}""") is { } range)
            {
                return range.TryGetProperty("kvs", out var found) ? Encoding.UTF8.GetString(Convert.FromBase64String(found[0].GetProperty("value").GetString()!)) : null;
            }
        }

        return null;
    }

    private static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    /// <returns>Null when the member does not answer, or refuses.</returns>
    private async Task<JsonElement?> AskAsync(string member, string path, string question)
    {
        try
        {
            using var content = new StringContent(question, Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{ThreeDirectors.Address(member)}:2379/v3/{path}")), content, TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken) : null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
