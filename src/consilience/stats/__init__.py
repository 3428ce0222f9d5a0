"""Numbers from arrays, a folder a family; the functions that analysts use stand here by name.

`consilience.stats.krippendorff_alpha` is loaded from its module when first asked for, so that
importing this package costs nothing.
"""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import Any, Final

_FAMILIES: Final = {
    "agreement.benchmark": "benchmark category_probabilities",
    "agreement.chance_corrected": "chance_corrected chance_corrected_distribution"
    " chance_corrected_table conger scott_pi",
    "agreement.concordance": "kendall_w percent_agreement",
    "agreement.icc": "icc",
    "agreement.icc_components": "one_way_components two_way_components",
    "agreement.icc_forms": "icc_forms",
    "agreement.kappa": "cohen_kappa fleiss_kappa light_kappa",
    "agreement.kappa_tables": "cohen_kappa_table",
    "agreement.krippendorff": "krippendorff krippendorff_alpha",
    "agreement.krippendorff_resampled": "alpha_resampled alpha_shuffled alphas_by_area",
    "agreement.weights": "agreement_weights",
    "bands": "band_shares cut",
    "disclosure.diversity": "l_diversity t_closeness",
    "disclosure.frequencies": "k_anonymity key_frequencies",
    "disclosure.individual_risk": "global_risk household_risk individual_risk"
    " mean_inverse_frequency",
    "disclosure.microaggregation": "mdav microaggregate",
    "disclosure.population": "attacker_summary population_risk",
    "disclosure.pram": "invariant_matrix pram",
    "disclosure.recoding": "band_dates band_numbers hierarchy recode top_bottom",
    "disclosure.recoding_search": "recode_keys recodings",
    "disclosure.suda": "suda",
    "disclosure.suppression": "suppress",
    "disclosure.suppression_certificate": "suppression_certificate",
    "disclosure.utility": "correlation_change entropy_loss il1s margin_distances suppressed_shares",
    "disclosure.utility_model": "efficient_frontier propensity_mse",
    "distance": "congruence pair_congruence",
    "importance.dominance": "dominance general_dominance",
    "importance.importance": "relative_importance",
    "importance.johnson": "johnson_of_correlations johnson_weights",
    "importance.johnson_models": "johnson_weights_logit johnson_weights_ordinal",
    "importance.model_fits": "model_fits",
    "importance.logit": "fit_logit",
    "importance.ordinal": "fit_ordinal",
    "importance.reproduced": "dominance_resampled",
    "importance.resampled": "Resampling importance_resampled",
    "importance.shares": "variance_shares",
    "importance.subsets": "linear_fits moments_of",
    "imputation.diagnostics": "compare_imputed convergence",
    "imputation.impute": "impute",
    "imputation.patterns": "flux missing_patterns",
    "imputation.pooled_coefficients": "pool_alpha pool_correlation pool_r2",
    "imputation.pooled_statistic": "pool_any",
    "imputation.pooled_tests": "compare_models pool_chi2 pool_likelihood pool_wald",
    "imputation.pooling": "barnard_rubin pool pool_scalar",
    "mixtures.classification": "classification_quality",
    "mixtures.covariates": "predict_profiles",
    "mixtures.likelihood_ratio": "bootstrap_lrt",
    "mixtures.outcomes": "relate_profiles",
    "mixtures.profiles": "latent_profiles",
    "mixtures.selection": "select_profiles",
    "profile_permutation": "profiles_shuffled similarity_matrices",
    "rates": "Outcomes eligibility overlap response_rates",
    "regression": "linear_model logistic_model poisson_model",
    "scales.alpha": "cronbach_alpha spearman_brown",
    "scales.halves": "split_half",
    "scales.items": "item_statistics",
    "scales.norms": "t_scores",
    "scales.omega": "omega_bootstrap omega_total",
    "scales.relations": "scale_relations",
    "scales.scoring": "reverse scale_scores",
    "similarity": "Trait gower_distances profile_similarity",
    "unitizing.code_agreement": "code_agreement",
    "unitizing.domain_agreement": "domain_agreement",
    "unitizing.resampled": "TextBootstrap",
    "unitizing.segments": "on_segments read_segments",
    "unitizing.spans": "read_spans read_texts",
    "weighting.calibration": "calibrate",
    "weighting.estimates": "domain_means weighted_mean weighted_ratio weighted_total",
    "weighting.finite": "finite_interval",
    "weighting.frame_comparison": "compare_with_frame",
    "weighting.propensity": "nonresponse_weights propensity raked_nonresponse_weights",
    "weighting.proportions": "weighted_proportion",
    "weighting.raking": "poststratify rake",
    "weighting.representativity": "partial_indicators r_indicator",
    "weighting.sample_design": "SampleDesign",
    "weighting.trimming": "kish trim_weights",
    "within_group.agreement": "rwg rwg_j rwg_j_lindell",
    "within_group.awg": "a_wg",
    "within_group.chance": "critical_table critical_values group_p_values",
    "within_group.components": "anova_components",
    "within_group.deviation": "average_deviation",
    "within_group.means": "group_means",
    "within_group.nulls": "null_variance",
    "within_group.random_groups": "random_groups",
    "within_group.reml": "group_mean_reliability reml_components",
    "within_group.waba": "waba",
}

_MODULES: Final = MappingProxyType(
    {name: module for module, names in _FAMILIES.items() for name in names.split()}
)

__all__ = sorted(_MODULES)  # noqa: PLE0605  (made from the table above)


def __getattr__(name: str) -> Any:  # noqa: ANN401  (whatever the name stands for)
    """Return a function or record by name, loading its module."""
    if name in _MODULES:
        module = importlib.import_module(f"consilience.stats.{_MODULES[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'consilience.stats' has no attribute {name!r}")
