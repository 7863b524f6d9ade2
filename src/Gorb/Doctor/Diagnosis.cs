using System.Globalization;

namespace Gorb.Doctor;

/// <summary>Looks for every cause in the facts about a host. Pure.</summary>
internal static class Diagnosis
{
    /// <summary>How many sightings of one cause are told one by one; a service with a thousand backends would fill pages otherwise.</summary>
    public const int MaxSightings = 10;

    public static DoctorView Of(HostView host)
    {
        var findings = CauseTable.All.SelectMany(cause => Find(cause, host)).OrderBy(static finding => finding.Severity).ToList();
        return new DoctorView(
            findings.Count(static finding => finding.Severity == Severity.Error),
            findings.Count(static finding => finding.Severity == Severity.Warning),
            findings.Count(static finding => finding.Severity == Severity.Note),
            CauseTable.All.Count,
            [.. findings.Select(static finding => finding.View)]);
    }

    /// <summary>The word of a severity in answers.</summary>
    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };

    private static IEnumerable<(Severity Severity, FindingView View)> Find(Cause cause, HostView host)
    {
        var sightings = cause.Find(host).ToList();
        foreach (var sighting in sightings.Take(MaxSightings))
        {
            yield return Finding(cause, sighting);
        }

        if (sightings.Count > MaxSightings)
        {
            var rest = sightings.Count - MaxSightings;
            yield return Finding(cause, new Sighting(string.Create(CultureInfo.InvariantCulture, $"the same in {rest} more {(rest == 1 ? "place" : "places")}")));
        }
    }

    private static (Severity Severity, FindingView View) Finding(Cause cause, Sighting sighting)
    {
        var severity = sighting.Severity ?? cause.Severity;
        return (severity, new FindingView(Word(severity), cause.Code, sighting.Subject, sighting.Seen, cause.Why, cause.Remedy, sighting.Command));
    }
}
