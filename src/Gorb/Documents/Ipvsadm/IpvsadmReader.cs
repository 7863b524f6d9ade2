using System.Text.Json.Nodes;
using Gorb.Ipvs;
using Gorb.Model;

namespace Gorb.Documents.Ipvsadm;

/// <summary>
/// Turns lines for <c>ipvsadm -R</c>, such as <c>ipvsadm -Sn</c> prints, into a document that makes the same table: what a line leaves out has ipvsadm's default.
/// Services and backends get names after what they are.
/// </summary>
internal static class IpvsadmReader
{
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <param name="lines">The lines.</param>
    /// <param name="names">What names of hosts and ports stand for; null for those of this machine.</param>
    /// <param name="notes">Gets a text for each line that says something which is no part of a table.</param>
    /// <exception cref="FormatException">ipvsadm does not take a line, or Gorb cannot keep what it says; the message names it.</exception>
    public static JsonObject Read(IEnumerable<string> lines, IpvsadmNames? names = null, List<string>? notes = null)
    {
        var services = new JsonObject();
        names ??= IpvsadmNames.OfSystem();
        foreach (var (number, line) in lines.Index())
        {
            try
            {
                if (IpvsadmLine.Read(Words(line), names) is { } command && Apply(command, services) is { } note)
                {
                    notes?.Add($"line {number + 1}: {note}: {line.Trim()}");
                }
            }
            catch (FormatException error)
            {
                throw new FormatException($"line {number + 1}: {error.Message}: {line.Trim()}", error);
            }
        }

        return new JsonObject { ["services"] = services };
    }

    /// <summary>The words of a line without a comment and without the program's name, with which a line may begin.</summary>
    private static List<string> Words(string line) =>
        [.. line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => !word.StartsWith('#')).Where(word => word != "ipvsadm")];

    /// <summary>Does to the table what a line says.</summary>
    /// <returns>Why it says nothing about the table; null when it does.</returns>
    private static string? Apply(IpvsadmLine line, JsonObject services)
    {
        var owner = line.IsOfServer ? services[line.ServiceName] as JsonObject ?? throw new FormatException("there is no such service above") : null;
        var backends = owner?["backends"]?.AsObject() ?? [];
        switch (line.Verb)
        {
            case "add-service":
                Add(services, line.ServiceName, WithBackends(RefuseFallback(line.Service()), new JsonObject()));
                return null;
            case "edit-service":
                var present = services[line.ServiceName]?.AsObject() ?? throw new FormatException("there is no such service above");
                services[line.ServiceName] = WithBackends(RefuseFallback(line.Service()), present["backends"]!.DeepClone());
                return null;
            case "delete-service":
                Remove(services, line.ServiceName);
                return null;
            case "clear":
                services.Clear();
                return null;
            case "add-server":
                Add(backends, line.ServerName, line.Server());
                return null;
            case "edit-server":
                backends[line.ServerName] = backends.ContainsKey(line.ServerName) ? line.Server() : throw new FormatException("there is no such server above");
                return null;
            case "delete-server":
                Remove(backends, line.ServerName);
                return null;
            case "list" or "save" or "zero":
                return null;
            case "set" or "start-daemon" or "stop-daemon":
                return $"--{line.Verb} is no part of a table and was left out; run it with ipvsadm";
            default:
                throw new FormatException($"--{line.Verb} ends ipvsadm; remove the line");
        }
    }

    /// <summary>Without a flag ipvsadm's sh and mh do not fall back; Gorb's do.</summary>
    private static JsonObject RefuseFallback(JsonObject service)
    {
        var flags = service["flags"]?.GetValue<string>() ?? "";
        if (ServiceFlagWords.CanFallBack(service["method"]?.GetValue<string>() ?? "") && ServiceFlagWords.Unknown(flags).Count == 0
            && !ServiceFlagWords.Parse(flags).HasFlag(ServiceFlags.Scheduler1))
        {
            service["flags"] = string.Join('|', ((string[])[flags, ServiceFlagWords.NoFallback]).Where(word => word.Length > 0));
        }

        return service;
    }

    private static JsonObject WithBackends(JsonObject service, JsonNode backends)
    {
        service["backends"] = backends;
        return service;
    }

    private static void Add(JsonObject entries, string name, JsonObject entry)
    {
        if (!entries.TryAdd(name, entry))
        {
            throw new FormatException("this is there already, in a line above");
        }
    }

    private static void Remove(JsonObject entries, string name)
    {
        if (!entries.Remove(name))
        {
            throw new FormatException("there is nothing like this above");
        }
    }
}
