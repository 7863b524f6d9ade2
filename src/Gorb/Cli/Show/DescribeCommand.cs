using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Documents.Yaml;

namespace Gorb.Cli.Show;

/// <summary><c>gorb describe</c>: everything about one service or backend, for a person.</summary>
internal static class DescribeCommand
{
    private const int Label = 14;

    /// <summary>How many of the last changes are shown.</summary>
    private const int MaxChanges = 10;

    public static Command Create()
    {
        var target = ObjectPath.NewArgument("The service or the backend.");
        var server = new ServerArgument();
        var command = new Command("describe", "Prints everything about a service or a backend: what is wanted and what is in force, its checks with their reasons, and its last changes (for the role admin).") { target, server };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client => RunAsync(client, result.GetValue(target)!, stop)));
        return command;
    }

    private static async Task<int> RunAsync(GorbClient client, ObjectPath target, CancellationToken stop)
    {
        if (target.Backend is null)
        {
            await DescribeAsync(await client.GetServiceAsync(target.Service, stop));
        }
        else
        {
            await DescribeAsync(await client.GetBackendAsync(target, stop));
        }

        await PrintChangesAsync(client, target, stop);
        return ExitStatus.Done;
    }

    private static async Task DescribeAsync(ServiceState service)
    {
        await PrintAsync("service", service.Name);
        await PrintAsync("address", service.Address);
        await PrintAsync("state", string.Create(CultureInfo.InvariantCulture, $"{service.State}, {service.Up} of {service.Backends.Count} backends up"));
        await PrintAsync("source", service.Source);
        await PrintAsync("connections", service.Connections.ToString(CultureInfo.InvariantCulture));
        await PrintAsync("unmanaged", string.Join(' ', service.Unmanaged));
        await PrintAsync("kernel", service.KernelError ?? "");
        await PrintOptionsAsync(service.Json);
        if (service.Backends.Count > 0)
        {
            var (columns, rows) = Views.Of(service.Backends, wide: true);
            await Terminal.WriteLineAsync("backends:");
            await Terminal.WriteFormattedAsync(new TextTable(columns).Format(rows).Select(static line => $"  {line}"));
        }
    }

    private static async Task DescribeAsync(BackendState backend)
    {
        await PrintAsync("backend", backend.Path.ToString());
        await PrintAsync("address", backend.Address);
        await PrintAsync("state", $"{backend.State} for {Age.Format(backend.Since)}{(backend.Reason.Length > 0 ? $": {backend.Reason}" : "")}");
        await PrintAsync("source", backend.Source);
        await PrintAsync("weight", string.Create(CultureInfo.InvariantCulture,
            $"{backend.Weight} wanted, {(backend.KernelWeight is { } weight ? $"{weight} in the kernel" : "no entry in the kernel")}"));
        await PrintAsync("connections", string.Create(CultureInfo.InvariantCulture, $"{backend.Active} active, {backend.Inactive} inactive, {backend.PersistentClients} persistent clients"));
        await PrintAsync("rates", string.Create(CultureInfo.InvariantCulture,
            $"{backend.Traffic("connections_per_second")} connections/s, {Amount.Format(backend.Traffic("in_bytes_per_second"))}/s in, {Amount.Format(backend.Traffic("out_bytes_per_second"))}/s out"));
        await PrintAsync("removed by", Time(backend.RemovedBy));
        foreach (var check in backend.Checks)
        {
            await PrintAsync("check", CheckText(check));
        }

        if (backend.Json.Member("operator") is { } words)
        {
            await PrintBlockAsync("set by an operator", words);
        }

        await PrintOptionsAsync(backend.Json);
    }

    private static string CheckText(CheckState check)
    {
        var text = $"{check.Type} {check.Target}: {check.Status ?? "no result"}: {check.Reason}";
        return check.At is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ({check.LatencyMs:0.###} ms, {check.Consecutive} in a row, last at {Time(check.At)})");
    }

    private static async Task PrintOptionsAsync(JsonElement json)
    {
        if (json.Member("options") is { } options)
        {
            await PrintBlockAsync("wanted", options);
        }
    }

    private static async Task PrintBlockAsync(string label, JsonElement json)
    {
        await Terminal.WriteLineAsync($"{label}:");
        foreach (var line in YamlWriter.Write(JsonNode.Parse(json.GetRawText())!).TrimEnd('\n').Split('\n'))
        {
            await Terminal.WriteLineAsync($"  {line}");
        }
    }

    /// <summary>Prints the last changes of the object. The audit is for the role admin; others see the rest.</summary>
    private static async Task PrintChangesAsync(GorbClient client, ObjectPath target, CancellationToken stop)
    {
        JsonElement audit;
        try
        {
            audit = await client.GetAsync("/audit", stop);
        }
        catch (GorbRefusalException refusal) when (refusal.IsForbidden)
        {
            await Terminal.WriteLineAsync($"changes: {refusal.Message}");
            return;
        }

        var lines = audit.EnumerateArray().SelectMany(line => Changes(line, target)).TakeLast(MaxChanges).ToList();
        if (lines.Count > 0)
        {
            await Terminal.WriteLineAsync("changes:");
        }

        foreach (var line in lines)
        {
            await Terminal.WriteLineAsync($"  {line}");
        }
    }

    private static IEnumerable<string> Changes(JsonElement? line, ObjectPath target) => line.List("changes")
        .Select(static change => (JsonElement?)change)
        .Where(change => change.Text("service") == target.Service && (target.Backend is null || change.Text("backend") == target.Backend))
        .Select(change => $"{Time(line.Time("time"))}  {line.Text("actor")}  {change.Text("action")} {new ObjectPath(target.Service, change.Text("backend"))}");

    private static Task PrintAsync(string label, string text) => text.Length == 0 ? Task.CompletedTask : Terminal.WriteLineAsync($"{$"{label}:".PadRight(Label)}{text}");

    private static string Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
