using Gorb.Ipvs;
using Gorb.Ipvs.Nftables;
using Gorb.Model.Descriptions;
using Gorb.Model.Policy;

namespace Gorb.Model;

/// <summary>Constraints between a service and its backends. They apply to changes of either.</summary>
internal static class BackendRules
{
    /// <exception cref="RequestException">The backend does not fit the service.</exception>
    public static void Check(Service service, Backend backend)
    {
        CheckUnique(service, backend);
        var problems = Problems(service.Spec, backend.Spec);
        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }

    /// <exception cref="RequestException">A backend of the service's source does not fit the new identity. Backends of other sources do not count: they are evicted.</exception>
    public static void CheckMove(Service service)
    {
        var problems = service.Backends.Values.Where(backend => backend.Source == service.Source)
            .SelectMany(backend => Problems(service.Spec, backend.Spec).Select(problem => problem with { Text = $"backend '{backend.Name}' cannot follow: {problem.Text}" }))
            .ToList();
        if (problems.Count > 0)
        {
            throw RequestException.Invalid(problems);
        }
    }

    /// <summary>Whether a change of a service can make its backends unfit.</summary>
    public static bool Concern(ServiceSpec before, ServiceSpec after) =>
        (before.Key, before.Sorry, before.Fallback, before.Masquerade) != (after.Key, after.Sorry, after.Fallback, after.Masquerade);

    /// <summary>Returns every problem that keeps the backend from fitting the service.</summary>
    public static IReadOnlyList<Problem> Problems(ServiceSpec service, BackendSpec backend)
    {
        List<Problem>? problems = null;
        var tunnel = backend.Method == ForwardingMethod.Tunnel;
        if (backend.Address.AddressFamily != service.Key.Family && !tunnel)
        {
            (problems ??= []).Add(new Problem("host", backend.Host,
                $"{backend.Address} and the service at {service.Key} are of different families; only method tunnel can cross them")
            { GorbText = GorbTexts.IncompatibleFamilies });
        }

        if (service.Fallback == Fallback.Sorry && service.Sorry?.Key == backend.Key)
        {
            (problems ??= []).Add(new Problem("host", backend.Host, $"{backend.Key} is the sorry backend of the service already"));
        }

        var rewritesPort = backend.Method == ForwardingMethod.Masquerade;
        if (!rewritesPort && backend.Port != 0 && service.Key.Port != 0 && backend.Port != service.Key.Port)
        {
            (problems ??= []).Add(new Problem("port", backend.Port,
                $"methods dr and tunnel do not rewrite the port: use {service.Key.Port}, the port of the service, or method nat"));
        }

        if (!rewritesPort && service.Masquerade != MasqueradeMode.Never)
        {
            (problems ??= []).Add(new Problem("method", KernelWords.Forwarding.Text(backend.Method),
                "does not go with masquerade of the service: a dr or tunnel backend answers its client by itself. Use method nat, or set masquerade of the service to false"));
        }

        return problems ?? [];
    }

    private static void CheckUnique(Service service, Backend backend)
    {
        foreach (var other in service.Backends.Values)
        {
            if (other.Name != backend.Name && other.Spec.Key == backend.Spec.Key)
            {
                throw RequestException.Conflict($"backend '{other.Name}' of service '{service.Name}' already stands at {backend.Spec.Key}");
            }
        }
    }
}
